package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Asks for replies by a JSON schema where the request has a {@link ReplyForm}. The response has the
 * text that the prompt asks for, so that callers and stored calls are the same with and without.
 */
public final class StructuredModelClient implements ModelClient {

  private static final Pattern NAMED =
      Pattern.compile("(?i)response.?format|json.?schema|structured.?output");

  private final ModelClient inner;
  private final boolean always;
  private volatile boolean offered = true;

  private StructuredModelClient(ModelClient inner, boolean always) {
    this.inner = inner;
    this.always = always;
  }

  /** Until the endpoint refuses a request because of the schema. */
  public static ModelClient whereOffered(ModelClient inner) {
    return new StructuredModelClient(inner, false);
  }

  /** An endpoint without schemas is a wrong setting. */
  public static ModelClient always(ModelClient inner) {
    return new StructuredModelClient(inner, true);
  }

  /** No request asks for a schema. */
  public static ModelClient never(ModelClient inner) {
    return request -> inner.ask(request.withoutForm());
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    if (request.form().isEmpty() || !offered) {
      return inner.ask(request.withoutForm());
    }
    ReplyForm form = request.form().get();
    return inner
        .ask(instructed(request, form))
        .map(response -> asText(response, form))
        .recover(
            failure ->
                failure instanceof Refused refused
                    ? refused(request, refused)
                    : Future.failedFuture(failure));
  }

  /** The schema or the request is at fault: the same request without a schema finds out. */
  private Future<ModelResponse> refused(ModelRequest request, Refused refused) {
    boolean named = NAMED.matcher(refused.getMessage()).find();
    if (always && named) {
      return Future.failedFuture(
          new Unavailable(
              "structured is 'always', but %s: set auto or never".formatted(refused.getMessage()),
              Remedy.SETTING,
              Optional.empty(),
              ModelResponse.Usage.NONE));
    }
    if (always) {
      return Future.failedFuture(refused);
    }
    offered &= !named;
    return inner.ask(anotherCall(request)).onSuccess(answered -> offered = false);
  }

  /** One key is for one body. */
  private static ModelRequest anotherCall(ModelRequest request) {
    ModelRequest plain = request.withoutForm();
    return request
        .idempotencyKey()
        .map(key -> plain.withIdempotencyKey(key + "-text"))
        .orElse(plain);
  }

  private static ModelRequest instructed(ModelRequest request, ReplyForm form) {
    List<Message> messages = new ArrayList<>(request.messages());
    messages.add(Message.user("Give the reply as one JSON object. " + form.instruction()));
    return request.saying(messages);
  }

  /** Only a text that the model ended itself is a whole object. */
  private static ModelResponse asText(ModelResponse response, ReplyForm form) {
    return new ModelResponse(
        response.servedBy(),
        response.texts().stream()
            .map(
                text ->
                    text.kind() == ReplyKind.ENDED
                        ? form.text(text.text()).map(text::saying).orElse(text)
                        : text)
            .toList(),
        response.usage(),
        response.attempts());
  }
}
