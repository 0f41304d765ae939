package orcaflow.agents.edit;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.agents.model.ParsedReply;
import orcaflow.agents.model.Refusal;
import orcaflow.agents.model.ReplyForm;

/** Parses Suggester's and Editor's replies. */
final class EditReplies {

  private static final Pattern SUGGESTION =
      Pattern.compile("(?m)^[ \\t*]*\\d{1,2}[.)][ \\t*]*(\\S[^\\n]*)");
  private static final Pattern PROBLEM =
      Pattern.compile("^[ \\t*]*PROBLEM[ \\t*]*:[ \\t*]*(.*)", Pattern.DOTALL | Pattern.MULTILINE);
  private static final int MAX_SUGGESTIONS = 5;

  /** Suggester's reply as an object. */
  static final ReplyForm SUGGESTIONS_FORM =
      ReplyForm.orCannot(
          "suggestions",
          "Each suggestion, without its number, is an item of 'suggestions'.",
          "suggestions",
          ReplyForm.array(ReplyForm.string()),
          items ->
              IntStream.range(0, items.size())
                  .mapToObj(i -> (i + 1) + ". " + ReplyForm.line(items.get(i)))
                  .collect(Collectors.joining("\n")));

  /** Editor's reply as an object. */
  static final ReplyForm PROBLEM_FORM =
      ReplyForm.orCannot(
          "problem",
          "'problem' is the harder problem.",
          "problem",
          ReplyForm.string(),
          problem -> "PROBLEM: " + ReplyForm.line(problem));

  private EditReplies() {}

  /** The numbered lines, numbered again from 1. A refusal may number its reasons. */
  static ParsedReply<String> suggestions(String reply) {
    List<String> lines =
        SUGGESTION
            .matcher(reply)
            .results()
            .limit(MAX_SUGGESTIONS)
            .map(MatchResult::group)
            .map(line -> SUGGESTION.matcher(line).replaceAll("$1").strip())
            .toList();
    return lines.isEmpty() || Refusal.isIn(reply)
        ? ParsedReply.unusable("the reply has no numbered suggestion")
        : ParsedReply.of(
            IntStream.range(0, lines.size())
                .mapToObj(i -> (i + 1) + ". " + lines.get(i))
                .collect(Collectors.joining("\n")));
  }

  /** The text after PROBLEM, on one line. */
  static ParsedReply<String> problem(String reply) {
    Matcher problem = PROBLEM.matcher(reply);
    String text =
        problem.find()
            ? problem.group(1).replaceAll("\\*\\*", "").replaceAll("\\s+", " ").strip()
            : "";
    return text.isEmpty()
        ? ParsedReply.unusable("the reply has no line PROBLEM")
        : ParsedReply.of(text);
  }
}
