package orcaflow.trainer.evaluate;

import java.util.List;
import orcaflow.events.VerdictValue;

/** Decides answers that the matcher leaves undecided. */
@FunctionalInterface
public interface AnswerJudge {

  /**
   * An answer in doubt.
   *
   * @param reason why the matcher cannot decide
   */
  record Doubt(Benchmark.Item question, String answer, String reason) {}

  /** One verdict for each. */
  List<VerdictValue> verdicts(List<Doubt> doubts);
}
