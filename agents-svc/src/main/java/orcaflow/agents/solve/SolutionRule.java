package orcaflow.agents.solve;

import java.util.Optional;
import orcaflow.agents.model.Reading;
import orcaflow.events.SolutionStatus;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.FinalAnswer;

/** Whether a solution may teach. */
final class SolutionRule {

  /** Orca-Math drops longer solutions (section 2.4). */
  static final int LONGEST = 1_800;

  private SolutionRule() {}

  /**
   * The judgement of a text.
   *
   * @param reason empty when usable
   */
  record Judged(SolutionStatus status, Optional<String> finalAnswer, String reason) {}

  /** A reply without a final answer is worth asking again; one that is too long is not. */
  static Reading<String> withAnswer(String reply) {
    return FinalAnswer.of(reply).isPresent() || reply.strip().length() > LONGEST
        ? Reading.of(reply.strip())
        : Reading.unusable("the teacher's reply has no final answer");
  }

  static Judged judge(String solution, Optional<String> expectedAnswer) {
    Optional<String> answer = FinalAnswer.of(solution).map(FinalAnswer::text);
    if (solution.length() > LONGEST) {
      return new Judged(
          SolutionStatus.TOO_LONG,
          answer,
          "%d characters, more than %d".formatted(solution.length(), LONGEST));
    }
    if (answer.isEmpty()) {
      return new Judged(SolutionStatus.NO_ANSWER, answer, "no final answer found");
    }
    boolean contradicts =
        expectedAnswer
            .map(expected -> AnswerMatcher.compare(expected, solution).verdict())
            .filter(verdict -> verdict == VerdictValue.MISMATCH)
            .isPresent();
    return contradicts
        ? new Judged(
            SolutionStatus.CONTRADICTS_EXPECTED,
            answer,
            "the answer is %s, expected was %s".formatted(answer.get(), expectedAnswer.get()))
        : new Judged(SolutionStatus.USABLE, answer, "");
  }
}
