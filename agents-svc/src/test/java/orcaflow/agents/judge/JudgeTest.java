package orcaflow.agents.judge;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.events.VerdictRequest;

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
}
