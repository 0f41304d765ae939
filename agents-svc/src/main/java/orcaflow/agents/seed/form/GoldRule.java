package orcaflow.agents.seed.form;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.AnswerValue;
import orcaflow.schemas.answer.FinalAnswer;

/**
 * What a row's answer must be: something to compare with, and what the solution ends in. An answer
 * that is not known is none; a proof has none that could be known.
 */
public final class GoldRule {

  private static final Set<String> UNKNOWN =
      Set.of("notfound", "not found", "unknown", "n/a", "null", "nan");

  private static final String PROOF = "proof";

  /** A number with an exponent, which a text may have as well. */
  private static final Pattern SCIENTIFIC =
      Pattern.compile("[-+]?\\d+(?:\\.\\d+)?[eE][-+]?\\d{1,18}");

  /**
   * The marks that are only ever an answer's. "The answer" in a sentence may be one of a part: of
   * GSM8K's 7,473 solutions three say another number there.
   */
  private static final Set<FinalAnswer.How> MARKED =
      Set.of(FinalAnswer.How.HASHES, FinalAnswer.How.BOXED);

  private GoldRule() {}

  /** The row, without an answer that says nothing. */
  static Draft checked(Draft row) throws Defect {
    String said = row.answer().or(() -> end(row.solution())).orElse("").toLowerCase(Locale.ROOT);
    if (said.equals(PROOF)) {
      throw new Defect("the answer is 'proof': there is nothing to compare with");
    }
    if (SCIENTIFIC.matcher(said).matches()) {
      Cell.requireFewDigits("the answer", said);
    }
    if (row.answer().isPresent() && UNKNOWN.contains(said)) {
      return checked(new Draft(row.question(), Optional.empty(), row.solution(), row.source()));
    }
    if (row.answer().isPresent() && row.solution().isPresent()) {
      compare(row.answer().get(), row.solution().get());
    }
    return row;
  }

  /**
   * The answer that a row has: its own, or the one that its solution states. A solution of a word,
   * or of a formula without a value, states none.
   */
  public static Optional<String> expected(Optional<String> answer, Optional<String> solution) {
    return answer.or(
        () -> end(solution).filter(text -> !UNKNOWN.contains(text.toLowerCase(Locale.ROOT))));
  }

  private static Optional<String> end(Optional<String> solution) {
    return solution
        .flatMap(FinalAnswer::of)
        .filter(found -> found.how() != FinalAnswer.How.WHOLE || isValue(found.value()))
        .map(FinalAnswer::text);
  }

  private static boolean isValue(AnswerValue value) {
    return !(value instanceof AnswerValue.Words
        || value instanceof AnswerValue.Choice
        || value instanceof AnswerValue.Formula);
  }

  private static void compare(String answer, String solution) throws Defect {
    Optional<FinalAnswer> end =
        FinalAnswer.of(solution).filter(found -> MARKED.contains(found.how()));
    if (end.isPresent()
        && AnswerMatcher.compare(answer, solution).verdict() == VerdictValue.MISMATCH) {
      throw new Defect(
          "the solution ends in %s, and the answer is %s".formatted(end.get().text(), answer));
    }
  }
}
