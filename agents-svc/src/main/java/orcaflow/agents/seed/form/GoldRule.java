package orcaflow.agents.seed.form;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.FinalAnswer;

/**
 * What a row's answer must be: something to compare with, and what the solution ends in. An answer
 * that is not known is none; a proof has none that could be known.
 */
final class GoldRule {

  private static final Set<String> UNKNOWN = Set.of("notfound", "not found", "unknown", "n/a");

  /**
   * The marks that are only ever an answer's. "The answer" in a sentence may be one of a part: of
   * GSM8K's 7,473 solutions three say another number there.
   */
  private static final Set<FinalAnswer.How> MARKED =
      Set.of(FinalAnswer.How.HASHES, FinalAnswer.How.BOXED);

  private GoldRule() {}

  /** The row, without an answer that says nothing. */
  static Draft checked(Draft row) throws Defect {
    String said = row.answer().orElse("").toLowerCase(Locale.ROOT);
    if (said.equals("proof")) {
      throw new Defect("the answer is 'proof': there is nothing to compare with");
    }
    if (UNKNOWN.contains(said)) {
      return new Draft(row.question(), Optional.empty(), row.solution(), row.source());
    }
    if (row.answer().isPresent() && row.solution().isPresent()) {
      compare(row.answer().get(), row.solution().get());
    }
    return row;
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
