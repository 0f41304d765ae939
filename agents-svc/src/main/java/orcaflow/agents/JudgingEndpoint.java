package orcaflow.agents;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import orcaflow.agents.judge.Judge;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Lineage;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;

/** The judge of a run, asked outside a run: for an evaluation. */
public final class JudgingEndpoint implements AutoCloseable {

  /**
   * An answer that the rules cannot decide.
   *
   * @param reason why not
   */
  public record Doubt(String question, String reference, String answer, String reason) {}

  /** The judge answers nothing at present. */
  public static final class JudgeAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JudgeAway(String reason) {
      super("the judge: " + reason);
    }
  }

  private final PoliteEndpoint endpoint;
  private final Judge judge;

  /**
   * Opens it with a first question.
   *
   * @throws AgentsPreflight.Failed in a sentence, if the first question is not answered
   */
  public JudgingEndpoint(OutsideModel model) {
    endpoint = new PoliteEndpoint("judge", model);
    judge =
        new Judge(
            new PromptClient(
                endpoint,
                Judge.STAGE,
                AgentsConfig.defaults().stages().judge().model().of(model.name())));
  }

  /**
   * Asks for all together.
   *
   * @return a verdict on each; undecided where the judge says nothing that can be used
   * @throws JudgeAway if it answers nothing at present
   */
  public List<VerdictValue> decide(List<Doubt> doubts) throws InterruptedException {
    List<Future<Reply>> replies =
        doubts.stream().map(JudgingEndpoint::request).map(judge::work).toList();
    return PoliteEndpoint.all(replies).stream().map(JudgingEndpoint::verdict).toList();
  }

  private static VerdictValue verdict(Reply reply) {
    if (reply instanceof Reply.Produced produced) {
      return ((Verdict) produced.outputs().get(0).event()).getVerdict();
    }
    if (reply instanceof Reply.Postponed later) {
      throw new JudgeAway(later.reason());
    }
    return VerdictValue.UNDECIDED;
  }

  private static VerdictRequest request(Doubt doubt) {
    String id = Ids.hash("judged-answer", doubt.question(), doubt.reference(), doubt.answer());
    return VerdictRequest.newBuilder()
        .setId(id)
        .setRequestId(id)
        .setProblemId(Ids.problem(doubt.question()))
        .setQuestion(doubt.question())
        .setReferenceAnswer(doubt.reference())
        .setTeacherSolution(null)
        .setCompletion(doubt.answer())
        .setReason(doubt.reason())
        .setLineage(
            Lineage.newBuilder()
                .setSeed(id)
                .setAgent("evaluate")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }

  /** What was billed so far. */
  public TokenCount tokens() {
    return endpoint.tokens();
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
