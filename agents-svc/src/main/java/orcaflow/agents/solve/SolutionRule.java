package orcaflow.agents.solve;

import java.util.Optional;
import orcaflow.agents.model.ParsedReply;
import orcaflow.agents.model.Refusal;
import orcaflow.events.SolutionStatus;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.FinalAnswer;

/** Decides whether a solution is usable as training data. */
final class SolutionRule {

  /** Maximum characters; Orca-Math drops longer solutions (section 2.4). */
  static final int MAX_CHARACTERS = 1_800;

  private SolutionRule() {}

  /**
   * The judgement of a solution.
   *
   * @param finalAnswer empty where the text has none
   * @param reason a sentence; empty when usable
   */
  record Judgement(SolutionStatus status, Optional<String> finalAnswer, String reason) {}

  /**
   * Parses a reply. One without a final answer is unusable, unless it is too long anyway. A text
   * that begins as a refusal needs a marked answer: the last number in it says nothing.
   */
  static ParsedReply<String> withAnswer(String reply) {
    Optional<FinalAnswer.How> how = FinalAnswer.of(reply).map(FinalAnswer::how);
    boolean usable =
        Refusal.isIn(reply)
            ? how.filter(mark -> mark.compareTo(FinalAnswer.How.WHOLE) < 0).isPresent()
            : how.isPresent() || reply.strip().length() > MAX_CHARACTERS;
    return usable
        ? ParsedReply.of(reply.strip())
        : ParsedReply.unusable("the teacher's reply has no final answer");
  }

  /** Whether a solution proves wrong against the known answer, so that a second may be right. */
  static boolean contradicts(String solution, Optional<String> expectedAnswer) {
    return judge(solution, expectedAnswer).status() == SolutionStatus.CONTRADICTS_EXPECTED;
  }

  /** Whether a second solution replaces one that contradicts: it proves right. */
  static boolean agrees(String solution, Optional<String> expectedAnswer) {
    return judge(solution, expectedAnswer).status() == SolutionStatus.USABLE
        && expectedAnswer
            .map(expected -> AnswerMatcher.compare(expected, solution).verdict())
            .filter(verdict -> verdict == VerdictValue.MATCH)
            .isPresent();
  }

  static Judgement judge(String solution, Optional<String> expectedAnswer) {
    Optional<String> answer = FinalAnswer.of(solution).map(FinalAnswer::text);
    if (solution.length() > MAX_CHARACTERS) {
      return new Judgement(
          SolutionStatus.TOO_LONG,
          answer,
          "%d characters, more than %d".formatted(solution.length(), MAX_CHARACTERS));
    }
    if (answer.isEmpty()) {
      return new Judgement(SolutionStatus.NO_ANSWER, answer, "no final answer found");
    }
    boolean contradicts =
        expectedAnswer
            .map(expected -> AnswerMatcher.compare(expected, solution).verdict())
            .filter(verdict -> verdict == VerdictValue.MISMATCH)
            .isPresent();
    return contradicts
        ? new Judgement(
            SolutionStatus.CONTRADICTS_EXPECTED,
            answer,
            "the answer is %s, expected was %s".formatted(answer.get(), expectedAnswer.get()))
        : new Judgement(SolutionStatus.USABLE, answer, "");
  }
}
