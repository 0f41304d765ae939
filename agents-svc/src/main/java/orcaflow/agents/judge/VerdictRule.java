package orcaflow.agents.judge;

import io.vertx.core.json.JsonArray;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.agents.model.ParsedReply;
import orcaflow.agents.model.ReplyForm;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.FinalAnswer;

/** Parses a judge's reply and decides the verdict. */
final class VerdictRule {

  /** The word of judge.v2, with or without a heading, or the line of judge.v1. */
  private static final Pattern LAST_LINE =
      Pattern.compile(
          "(?i)[ \\t*]*(?:(?:final )?verdict[ \\t*]*:[ \\t*]*"
              + "(?<named>same|different|unclear|correct|incorrect)"
              + "|(?<bare>correct|incorrect))[ \\t*.]*");

  private static final Set<String> BY_NUMBERS =
      Set.of("equal", "rounded", "percent", "converted", "different");
  private static final int REASON_CHARACTERS = 300;

  /** The reply as an object. */
  static final ReplyForm FORM =
      new ReplyForm(
          "verdict",
          "'analysis' is the error analysis; 'verdict' is Correct or Incorrect.",
          ReplyForm.object(
              Map.entry("analysis", ReplyForm.string()),
              Map.entry(
                  "verdict",
                  ReplyForm.string().put("enum", new JsonArray().add("Correct").add("Incorrect")))),
          reply -> ReplyForm.line(reply, "analysis") + "\n" + ReplyForm.line(reply, "verdict"));

  private VerdictRule() {}

  /** A verdict with its reason. */
  record Decision(VerdictValue value, String reason) {}

  /** Parses the verdict, which is the reply's last line. */
  static ParsedReply<Decision> read(String reply) {
    String text = reply.strip();
    int end = text.lastIndexOf('\n');
    Matcher last = LAST_LINE.matcher(text.substring(end + 1));
    if (!last.matches()) {
      return ParsedReply.unusable("the judge's reply does not end in a verdict");
    }
    String reasoning = text.substring(0, Math.max(end, 0)).replaceAll("\\s+", " ").strip();
    return ParsedReply.of(new Decision(value(last), excerpt(reasoning)));
  }

  private static VerdictValue value(Matcher last) {
    String word = last.group("named") == null ? last.group("bare") : last.group("named");
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "same", "correct" -> VerdictValue.MATCH;
      case "different", "incorrect" -> VerdictValue.MISMATCH;
      default -> VerdictValue.UNDECIDED;
    };
  }

  /**
   * Where numbers decide, the rules overrule the model: a text cannot argue for a match between two
   * different numbers, whether it marks its answer or not.
   */
  static Decision decide(Decision model, String reference, String completion) {
    AnswerMatcher.Comparison rules = AnswerMatcher.compare(reference, completion);
    return !BY_NUMBERS.contains(rules.reason()) || rules.verdict() == model.value()
        ? model
        : new Decision(
            rules.verdict(),
            "the rules decide (%s) over the judge's %s"
                .formatted(rules.reason(), model.value().name().toLowerCase(Locale.ROOT)));
  }

  /** The reference answer, or else the final answer of the teacher's solution. */
  static Optional<String> reference(VerdictRequest request) {
    return Optional.ofNullable(request.getReferenceAnswer())
        .filter(answer -> !answer.isBlank())
        .or(
            () ->
                Optional.ofNullable(request.getTeacherSolution())
                    .flatMap(FinalAnswer::of)
                    .map(FinalAnswer::text));
  }

  private static String excerpt(String reasoning) {
    String line = reasoning.isEmpty() ? "no reasons given" : reasoning;
    return line.length() <= REASON_CHARACTERS ? line : line.substring(0, REASON_CHARACTERS) + "...";
  }
}
