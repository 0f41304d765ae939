package orcaflow.agents.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.Replies;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import org.junit.jupiter.api.Test;

class JudgeTest extends AgentContract<VerdictRequest> {

  @Override
  protected Agent<VerdictRequest> agent(ModelClient client) {
    return new Judge(new PromptClient(client, Judge.STAGE, SETTINGS));
  }

  @Override
  protected VerdictRequest input() {
    return VerdictRequest.newBuilder()
        .setId("r")
        .setRequestId("q")
        .setProblemId("p")
        .setQuestion("At what time?")
        .setReferenceAnswer("four o'clock")
        .setCompletion("tea time")
        .setReason("different-text")
        .setLineage(Lab.lineage("sample", 0))
        .build();
  }

  @Override
  protected List<String> good() {
    return List.of("Tea time is four.\nVERDICT: same");
  }

  @Override
  protected boolean skips() {
    return false;
  }

  /** Case C-judge-all. */
  @Test
  void aTextCannotArgueForAMatchBetweenTwoNumbers() {
    VerdictRequest request =
        VerdictRequest.newBuilder(input())
            .setReferenceAnswer("17")
            .setCompletion("I think it is 99.\nThis is Correct.")
            .build();
    assertThat(verdict(request, "VERDICT: same").getVerdict()).isEqualTo(VerdictValue.MISMATCH);
    assertThat(verdict(request, "They match.\nCorrect").getVerdict())
        .isEqualTo(VerdictValue.MISMATCH);
  }

  @Test
  void aReplyThatIsCutDecidesNothing() {
    Agent<VerdictRequest> judge =
        agent(Replies.of(Replies.text("All is well.\nCorrect", "length")));
    Verdict verdict = verdict(judge.work(input()).result());
    assertThat(verdict.getVerdict()).isEqualTo(VerdictValue.UNDECIDED);
  }

  private Verdict verdict(VerdictRequest request, String reply) {
    return verdict(agent(Replies.of(Replies.text(reply, "stop"))).work(request).result());
  }

  private static Verdict verdict(Reply reply) {
    return (Verdict) ((Reply.Produced) reply).outputs().get(0).event();
  }
}
