package orcaflow.cli.evaluate;

import java.util.List;
import orcaflow.agents.JudgingEndpoint;
import orcaflow.events.VerdictValue;
import orcaflow.trainer.evaluate.AnswerJudge;

/** The judge of a run, at an endpoint. */
public final class EndpointJudge implements AnswerJudge, AutoCloseable {

  private final JudgingEndpoint endpoint;
  private int doubts;
  private int decided;

  /**
   * @param endpoint closed with it
   */
  public EndpointJudge(JudgingEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public List<VerdictValue> verdicts(List<Doubt> asked) {
    try {
      List<VerdictValue> verdicts =
          endpoint.decide(
              asked.stream()
                  .map(
                      doubt ->
                          new JudgingEndpoint.Doubt(
                              doubt.question().question(),
                              doubt.question().answer(),
                              doubt.answer(),
                              doubt.reason()))
                  .toList());
      doubts += asked.size();
      decided +=
          (int) verdicts.stream().filter(verdict -> verdict != VerdictValue.UNDECIDED).count();
      return verdicts;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while answers were judged", e);
    }
  }

  /** What it did, in a sentence. */
  public String sentence() {
    return "the judge decided %,d of %,d answers; %,d tokens of prompts and %,d of replies"
        .formatted(decided, doubts, endpoint.tokens().prompt(), endpoint.tokens().completion());
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
