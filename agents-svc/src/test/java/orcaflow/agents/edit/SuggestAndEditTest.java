package orcaflow.agents.edit;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.events.Problem;
import orcaflow.schemas.recipe.ExpansionRule;

class SuggestAndEditTest extends AgentContract<Problem> {

  @Override
  protected Agent<Problem> agent(ModelClient client) {
    return new SuggestAndEdit(
        new PromptClient(client, SuggestAndEdit.STAGE, SETTINGS), new ExpansionRule(1, 2));
  }

  @Override
  protected Problem input() {
    return Lab.problem("Sam has 2 coins. How many?");
  }

  @Override
  protected List<String> good() {
    return List.of("1. Add a sale.", "PROBLEM: Sam has 2 coins and sells 1. How many?");
  }

  @Override
  protected boolean skips() {
    return true;
  }
}
