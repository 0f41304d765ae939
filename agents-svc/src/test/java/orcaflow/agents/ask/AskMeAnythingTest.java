package orcaflow.agents.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.Replies;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
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
    return List.of(
        "QUESTION: Of 5 things 3 are caps. How many are coins?\nANSWER: 2\n\n"
            + "QUESTION: Of 5 things 2 are coins. How many are caps?\nANSWER: 3");
  }

  @Override
  protected boolean skips() {
    return true;
  }

  @Test
  void aChildThatCannotBeRecoveredBecomesADefectiveCandidate() {
    String reply =
        "QUESTION: How many coins?\nANSWER: 2\n\n"
            + "QUESTION: Of 5 things 2 are coins. How many are caps?\nANSWER: 3";
    List<ProblemCandidate> children = children(Replies.of(Replies.text(reply, "stop")));
    assertThat(children)
        .extracting(ProblemCandidate::getDefect)
        .containsExactly("the question lacks the number 3", null);
    assertThat(children).extracting(c -> c.getLineage().getIndex()).containsExactly(0, 1);
  }

  @Test
  void aReplyWithoutAnyChildThatCanBeRecoveredIsAskedForAgain() {
    Replies replies =
        Replies.of(
            Replies.text("QUESTION: How many coins?\nANSWER: 2", "stop"),
            Replies.text(good().get(0), "stop"));
    assertThat(children(replies)).extracting(ProblemCandidate::getDefect).containsOnlyNulls();
    assertThat(replies.requests()).hasSize(2);
    assertThat(replies.requests().get(1).messages().get(3).content())
        .contains("no block can be used; in the first, the question lacks the number 3");
  }

  private List<ProblemCandidate> children(ModelClient client) {
    Reply.Produced produced = (Reply.Produced) agent(client).work(input()).result();
    return produced.outputs().stream().map(out -> (ProblemCandidate) out.event()).toList();
  }

  @Test
  void wantsSeedsOnly() {
    Problem edited = Lab.problem("q", Lab.lineage("suggest-and-edit", 1));
    assertThat(agent(request -> null).wants(input())).isTrue();
    assertThat(agent(request -> null).wants(edited)).isFalse();
  }
}
