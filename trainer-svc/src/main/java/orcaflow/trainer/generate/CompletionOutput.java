package orcaflow.trainer.generate;

import java.util.List;
import orcaflow.schemas.FinishReason;

/**
 * One completion.
 *
 * @param ids without end-of-text
 * @param finishReason {@code stop}, or {@code length} where the limit cut it
 * @param tokens log-probabilities of the ids, and of end-of-text if it came; empty if they were not
 *     requested
 */
public record CompletionOutput(int[] ids, String finishReason, List<Token> tokens) {

  /** Whether the limit of tokens ended it. */
  public boolean isCut() {
    return finishReason.equals(FinishReason.LENGTH);
  }

  /**
   * How likely a token was, by the student's own distribution, before temperature and top-p.
   *
   * @param likeliest the likeliest ids in its place, most likely first
   * @param logProbs theirs
   */
  public record Token(int id, double logProb, int[] likeliest, double[] logProbs) {}
}
