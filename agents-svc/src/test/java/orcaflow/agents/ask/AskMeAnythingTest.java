package orcaflow.agents.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.events.Problem;
import orcaflow.schemas.recipe.ExpansionRule;
import org.junit.jupiter.api.Test;

class AskMeAnythingTest extends AgentContract<Problem> {

  @Override
  protected Agent<Problem> agent(ModelClient client) {
    return new AskMeAnything(
        new PromptClient(client, AskMeAnything.STAGE, SETTINGS), new ExpansionRule(1, 2));
  }

  @Override
  protected Problem input() {
    return Lab.problem("Sam has 2 coins and 3 caps. How many things?");
  }

  @Override
  protected List<String> good() {
    return List.of("QUESTION: How many coins?\nANSWER: 2\n\nQUESTION: How many caps?\nANSWER: 3");
  }

  @Override
  protected boolean skips() {
    return true;
  }

  @Test
  void wantsSeedsOnly() {
    Problem edited = Lab.problem("q", Lab.lineage("suggest-and-edit", 1));
    assertThat(agent(request -> null).wants(input())).isTrue();
    assertThat(agent(request -> null).wants(edited)).isFalse();
  }
}
