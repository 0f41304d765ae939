package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptClientTest {

  private static final Prompt PROMPT = 
      Prompt.of("p", "S\n---\n<problem-{{fence}}>\n{{problem}}\n</problem-{{fence}}>\n");

  /** The endpoint's responses, in order. */
  private final Deque<Future<ModelResponse>> script = new ArrayDeque<>();

  private final List<ModelRequest> requests = new ArrayList<>();

  @Test
  void aReplyThatParsesIsUsable() {
    responds("7");
    AskResult<Integer> result = ask(0);
    assertThat(result).isInstanceOf(AskResult.Usable.class);
    assertThat(((AskResult.Usable<Integer>) result).value()).isEqualTo(7);
    assertThat(requests)
        .extracting(ModelRequest::stage, ModelRequest::model, ModelRequest::prompt)
        .containsExactly(tuple("solve", "m", Optional.of(PROMPT.id())));
    assertThat(requests.get(0).messages()).isEqualTo(PROMPT.render(Map.of("problem", "P")));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.7", "0.5, 0.7", "1.2, 1.2"})
  void aReplyThatDoesNotParseIsAskedForAgainWarmerAndWithAnotherSeed(double first, double second) {
    responds("seven");
    responds("7");
    assertThat(ask(first)).isInstanceOf(AskResult.Usable.class);
    long seed = requests.get(0).sampling().seed();
    assertThat(seed).isBetween(0L, (long) Integer.MAX_VALUE);
    assertThat(requests)
        .extracting(ModelRequest::sampling)
        .containsExactly(
            new ModelRequest.Sampling(1, first, 1, 100, seed),
            new ModelRequest.Sampling(1, second, 1, 100, seed + 1));
    assertThat(requests).extracting(ModelRequest::attempt).containsExactly(0, 1);
  }

  @Test
  void theFaultOfTheLastTryIsTheReason() {
    responds("a");
    responds("b");
    responds("c");
    assertThat(ask(0)).isEqualTo(new AskResult.Unusable<>("'c' is no number"));
    assertThat(requests).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I cannot solve this.",
        "I can not solve this.",
        " I can't.",
        "I can’t.",
        "I am unable to help.",
        "Sorry, no.",
        "I'm sorry, but no.\nReally.",
        "I am sorry.",
      })
  void aModelThatDeclinesIsAskedOnce(String reply) {
    responds(reply);
    assertThat(ask(0)).isInstanceOf(AskResult.Declined.class);
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"I can solve this.", "We are sorry to say 7.", "Iris cannot."})
  void otherRepliesAreNoRefusals(String reply) {
    responds(reply);
    responds("7");
    assertThat(ask(0)).isInstanceOf(AskResult.Usable.class);
  }

  @Test
  void aRetryableFailureIsNotNow() {
    script.add(Future.failedFuture(new ModelFailure.Unavailable("down")));
    assertThat(ask(0)).isEqualTo(new AskResult.NotNow<>("down"));
    assertThat(requests).hasSize(1);
  }

  @Test
  void aLastingFailureCountsAsAnUnusableReply() {
    script.add(Future.failedFuture(new ModelFailure.Malformed("no choices")));
    responds("7");
    assertThat(ask(0)).isInstanceOf(AskResult.Usable.class);
  }

  private AskResult<Integer> ask(double temperature) {
    ModelClient endpoint =
        request -> {
          requests.add(request);
          return script.remove();
        };
    return new PromptClient(
            endpoint, "solve", new PromptClient.Settings("m", temperature, 1, 100, 3))
        .ask(PROMPT, Map.of("problem", "P"), "id", PromptClientTest::number)
        .result();
  }

  private static ParsedReply<Integer> number(String reply) {
    return reply.matches("\\d+")
        ? ParsedReply.of(Integer.valueOf(reply))
        : ParsedReply.unusable("'%s' is no number".formatted(reply));
  }

  private void responds(String text) {
    script.add(
        Future.succeededFuture(
            new ModelResponse("m-1", List.of(new ModelResponse.Text(text, "stop")), 1, 1, 1)));
  }
}
