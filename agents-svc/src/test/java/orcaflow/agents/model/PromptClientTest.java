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
    assertThat(ask(0))
        .isEqualTo(new AskResult.Unusable<>("'c' is no number", AskResult.Fault.FORM));
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

  @ParameterizedTest
  @ValueSource(strings = {"Sorry. 7", "I can't say more than 7"})
  void aReplyThatBeginsLikeARefusalIsParsedFirst(String reply) {
    responds(reply);
    AskResult<Integer> result = ask(0, PromptClientTest::lastNumber);
    assertThat(result).isInstanceOf(AskResult.Usable.class);
    assertThat(requests).hasSize(1);
  }

  @Test
  void aFurtherCallCarriesTheReplyAndItsFaultAndOnlyTheLast() {
    responds("seven");
    responds("eight\u202e");
    responds("7");
    ask(0);
    List<Message> asked = PROMPT.render(Map.of("problem", "P"));
    assertThat(requests.get(1).messages())
        .containsExactly(
            asked.get(0),
            asked.get(1),
            new Message("assistant", "seven"),
            new Message(
                "user",
                "Your reply could not be used: 'seven' is no number."
                    + " Reply again in the form asked for."));
    assertThat(requests.get(2).messages())
        .hasSize(4)
        .contains(new Message("assistant", "eight\\u{202E}"));
  }

  @Test
  void anEarlierReplyIsQuotedUpToALimitAndNeverEmpty() {
    responds("x".repeat(100_000));
    responds(" ");
    responds("7");
    ask(0);
    assertThat(requests.get(1).messages().get(2).content())
        .hasSizeLessThan(2_100)
        .contains("[... 98000 characters left out ...]");
    assertThat(requests.get(2).messages().get(2).content()).isEqualTo("(nothing)");
  }

  @Test
  void aReplyThatTheProviderBrokeOffIsNoFaultOfTheModel() {
    responds("7", "error");
    responds("7", "flux_capacitor");
    responds("7");
    assertThat(ask(0)).isInstanceOf(AskResult.Usable.class);
    assertThat(requests)
        .extracting(ModelRequest::messages)
        .containsOnly(PROMPT.render(Map.of("problem", "P")));
    assertThat(requests).extracting(ModelRequest::id).doesNotHaveDuplicates();
  }

  @Test
  void onceMoreIsOneIndependentCallWithASeedOfItsOwn() {
    responds("eight");
    AskResult<Integer> result =
        client(0)
            .<Integer>askOnceMore(PROMPT, Map.of("problem", "P"), "id", PromptClientTest::number)
            .result();
    responds("7");
    ask(0);
    assertThat(result).isInstanceOf(AskResult.Unusable.class);
    long seed = requests.get(1).sampling().seed();
    assertThat(requests.get(0).messages()).isEqualTo(requests.get(1).messages());
    assertThat(requests.get(0).sampling())
        .isEqualTo(new ModelRequest.Sampling(1, 0.7, 1, 100, seed + 3));
    assertThat(requests.get(0).attempt()).isEqualTo(3);
  }

  @Test
  void aRetryableFailureIsNotNow() {
    script.add(Future.failedFuture(new ModelFailure.Unavailable("down")));
    assertThat(ask(0)).isEqualTo(new AskResult.NotNow<>("down"));
    assertThat(requests).hasSize(1);
  }

  @Test
  void aRequestThatWasGivenUpIsNotSentInOtherWords() {
    ModelFailure givenUp = new ModelFailure.Malformed("given up");
    script.add(Future.failedFuture(givenUp));
    Future<AskResult<Integer>> asked =
        client(0).ask(PROMPT, Map.of("problem", "P"), "id", PromptClientTest::number);
    assertThat(asked.cause()).isSameAs(givenUp);
    assertThat(requests).hasSize(1);
  }

  private AskResult<Integer> ask(double temperature) {
    return ask(temperature, PromptClientTest::number);
  }

  private AskResult<Integer> ask(double temperature, ParsedReply.Parser<Integer> parser) {
    return client(temperature).ask(PROMPT, Map.of("problem", "P"), "id", parser).result();
  }

  private PromptClient client(double temperature) {
    ModelClient endpoint =
        request -> {
          requests.add(request);
          return script.remove();
        };
    return new PromptClient(
        endpoint, "solve", new PromptClient.Settings("m", temperature, 1, 100, 3));
  }

  private static ParsedReply<Integer> number(String reply) {
    return reply.matches("\\d+")
        ? ParsedReply.of(Integer.valueOf(reply))
        : ParsedReply.unusable("'%s' is no number".formatted(reply));
  }

  private static ParsedReply<Integer> lastNumber(String reply) {
    return number(reply.replaceAll(".* ", ""));
  }

  private void responds(String text) {
    responds(text, "stop");
  }

  private void responds(String text, String finish) {
    script.add(
        Future.succeededFuture(
            new ModelResponse("m-1", List.of(new ModelResponse.Text(text, finish)), 1, 1, 1)));
  }
}
