package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.Replies;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredModelClientTest {

  private static final ReplyForm FORM =
      ReplyForm.orCannot(
          "problem",
          "Say it.",
          "problem",
          ReplyForm.string(),
          p -> "PROBLEM: " + ReplyForm.line(p));
  private static final ModelRequest REQUEST =
      new ModelRequest(
          "edit",
          "m",
          Optional.of("editor@1"),
          List.of(new Message("user", "hi")),
          new ModelRequest.Sampling(1, 0, 1, 100, 1),
          0,
          Optional.of(FORM));

  @Test
  void theReplyHasTheTextThatThePromptAsksFor() {
    Replies endpoint =
        Replies.of(Replies.text("{\"problem\":\"How\\nmany?\",\"cannot\":\"\"}", "stop"));
    ModelResponse response = ask(StructuredModelClient.whereOffered(endpoint));
    assertThat(response.text()).isEqualTo("PROBLEM: How many?");
    assertThat(endpoint.requests().get(0).form()).contains(FORM);
    assertThat(endpoint.requests().get(0).messages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROBLEM: How many?", "[1]", "{\"problem\":", "", "7"})
  void aTextThatIsNoObjectStaysAsItIs(String text) {
    ModelClient client = StructuredModelClient.whereOffered(Replies.of(Replies.text(text, "stop")));
    assertThat(ask(client).text()).isEqualTo(text);
  }

  @Test
  void anObjectThatIsCutStaysAsItIs() {
    String text = "{\"problem\":\"How many?\",\"cannot\":\"\"}";
    ModelClient client =
        StructuredModelClient.whereOffered(Replies.of(Replies.text(text, "length")));
    assertThat(ask(client).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x answered 400: {\"error\":{\"message\":\"response_format json_schema is not supported\"}}",
        "x answered 422: {\"detail\":[{\"loc\":[\"body\",\"response_format\"]}]}",
        "x answered 400: bad request"
      })
  void anEndpointWithoutSchemasIsAskedForATextFromThenOn(String message) {
    Replies endpoint = Replies.of(new Refused(message), Replies.text("PROBLEM: a", "stop"));
    ModelClient client = StructuredModelClient.whereOffered(endpoint);
    assertThat(ask(client).text()).isEqualTo("PROBLEM: a");
    ask(client);
    assertThat(endpoint.requests())
        .extracting(request -> request.form().isPresent())
        .containsExactly(true, false, false);
    assertThat(endpoint.requests().get(1).messages()).isEqualTo(REQUEST.messages());
  }

  @Test
  void aRequestThatIsRefusedEitherWayIsAtFaultItself() {
    Replies endpoint =
        Replies.of(
            new Refused("x answered 400: too long"),
            new Refused("x answered 400: too long"),
            Replies.text("{\"problem\":\"a\",\"cannot\":\"\"}", "stop"));
    ModelClient client = StructuredModelClient.whereOffered(endpoint);
    assertThat(failure(client)).isInstanceOf(Refused.class);
    assertThat(ask(client).text()).isEqualTo("PROBLEM: a");
    assertThat(endpoint.requests().get(2).form()).isPresent();
  }

  @Test
  void whereAlwaysIsSetAnEndpointWithoutSchemasIsAWrongSetting() {
    Replies endpoint = Replies.of(new Refused("x answered 400: response_format is unknown"));
    Throwable failure = failure(StructuredModelClient.always(endpoint));
    assertThat(failure)
        .isInstanceOf(Unavailable.class)
        .hasMessage(
            "structured is 'always', but x answered 400: response_format is unknown: set auto or"
                + " never");
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void whereNeverIsSetTheRequestIsAsBefore() {
    Replies endpoint = Replies.of(Replies.text("{\"problem\":\"a\"}", "stop"));
    assertThat(ask(StructuredModelClient.never(endpoint)).text()).isEqualTo("{\"problem\":\"a\"}");
    assertThat(endpoint.requests()).containsExactly(REQUEST.withoutForm());
  }

  @Test
  void theFormIsNoPartOfTheIdentity() {
    assertThat(REQUEST.id()).isEqualTo(REQUEST.withoutForm().id());
  }

  private static ModelResponse ask(ModelClient client) {
    return client.ask(REQUEST).toCompletionStage().toCompletableFuture().join();
  }

  private static Throwable failure(ModelClient client) {
    Future<ModelResponse> asked = client.ask(REQUEST);
    assertThat(asked.failed()).isTrue();
    return asked.cause();
  }
}
