package orcaflow.agents.solve;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.events.Problem;

class SolvingTest extends AgentContract<Problem> {

  @Override
  protected Agent<Problem> agent(ModelClient client) {
    return Solving.byModel(new PromptClient(client, Solving.STAGE, SETTINGS));
  }

  @Override
  protected Problem input() {
    return Lab.problem("Sam has 2 coins and finds 2. How many?");
  }

  @Override
  protected List<String> good() {
    return List.of("2 + 2 = 4.\n#### 4");
  }

  @Override
  protected boolean skips() {
    return false;
  }
}
