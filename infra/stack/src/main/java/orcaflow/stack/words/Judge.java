package orcaflow.stack.words;

import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.AnswerMatcher.Comparison;

/**
 * Compares a student's final answer with the reference by the one definition of correct. It reads
 * nothing but the final answers and quotes neither, so no sentence of the student can talk it into
 * a verdict; what the rules cannot prove stays unclear.
 */
public final class Judge {

  private Judge() {}

  /** The reply to a prompt: the reason, then the line {@code VERDICT: ...}. */
  public static String reply(String reference, String student) {
    Comparison comparison = AnswerMatcher.compare(reference, student);
    String verdict =
        switch (comparison.verdict()) {
          case MATCH -> "same";
          case MISMATCH -> "different";
          case UNDECIDED -> "unclear";
        };
    return "Comparing the final answers: %s.\nVERDICT: %s".formatted(comparison.reason(), verdict);
  }
}
