package orcaflow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import org.junit.jupiter.api.Test;

/** What every agent that asks a model does with good replies, bad replies, outages and refusals. */
public abstract class AgentContract<I> {

  protected static final PromptClient.Settings SETTINGS =
      new PromptClient.Settings("m", 0, 1, 100, 3);

  /** Answers in turn, the last one for ever; null is an outage. */
  protected static final class Script implements ModelClient {
    private final Deque<String> texts = new ArrayDeque<>();
    public final List<ModelRequest> requests = new ArrayList<>();

    Script(List<String> texts) {
      this.texts.addAll(texts);
    }

    @Override
    public Future<ModelResponse> ask(ModelRequest request) {
      requests.add(request);
      String text = texts.size() > 1 ? texts.remove() : texts.peek();
      return text == null
          ? Future.failedFuture(new ModelFailure.Unavailable("nobody home"))
          : Future.succeededFuture(
              new ModelResponse("m-1", List.of(new ModelResponse.Text(text, "stop")), 1, 1, 1));
    }
  }

  protected abstract Agent<I> agent(ModelClient client);

  protected abstract I input();

  /** Replies that together are one good outcome. */
  protected abstract List<String> good();

  /** Whether an agent that gets nothing usable skips its input; else it produces an event. */
  protected abstract boolean skips();

  @Test
  void aGoodReplyProduces() {
    assertThat(reply(new Script(good()))).isInstanceOf(Reply.Produced.class);
  }

  @Test
  void anUnusableReplyIsAskedForAgain() {
    List<String> replies = new ArrayList<>(List.of("Hm, let me think."));
    replies.addAll(good());
    Script script = new Script(replies);
    assertThat(reply(script)).isInstanceOf(Reply.Produced.class);
    assertThat(script.requests).extracting(ModelRequest::id).doesNotHaveDuplicates();
  }

  @Test
  void afterAFewUnusableRepliesItIsFinished() {
    Script script = new Script(List.of("Hm, let me think."));
    assertThat(reply(script)).isInstanceOf(skips() ? Reply.Skipped.class : Reply.Produced.class);
    assertThat(script.requests).hasSize(SETTINGS.tries());
  }

  @Test
  void aRefusalIsNotAskedForAgain() {
    Script script = new Script(List.of("I cannot solve this"));
    assertThat(reply(script)).isInstanceOf(skips() ? Reply.Skipped.class : Reply.Produced.class);
    assertThat(script.requests).hasSize(1);
  }

  @Test
  void anOutagePostpones() {
    assertThat(reply(new Script(List.of()))).isEqualTo(new Reply.Postponed("nobody home"));
  }

  protected Reply reply(ModelClient client) {
    return agent(client).work(input()).result();
  }
}
