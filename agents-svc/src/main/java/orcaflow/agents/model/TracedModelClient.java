package orcaflow.agents.model;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.Ids;
import orcaflow.schemas.TraceParent;
import orcaflow.service.CurrentWork;
import orcaflow.service.Spans;

/**
 * Makes a span of each question, under the work in whose course it is asked. What follows from the
 * answer, such as a further question, is part of the same work.
 */
public final class TracedModelClient implements ModelClient {

  private final String endpoint;
  private final ModelClient inner;
  private final Spans spans;

  /**
   * @param endpoint base URL without credentials
   */
  public TracedModelClient(String endpoint, ModelClient inner, Spans spans) {
    this.endpoint = endpoint;
    this.inner = inner;
    this.spans = spans;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    Optional<TraceParent> work = CurrentWork.get();
    return work.isPresent() ? ask(request, work.get()) : inner.ask(request);
  }

  private Future<ModelResponse> ask(ModelRequest request, TraceParent work) {
    Instant start = Instant.now();
    Promise<ModelResponse> answered = Promise.promise();
    inner
        .ask(request)
        .onComplete(
            answer -> {
              spans.add(() -> span(request, work, start, answer));
              CurrentWork.during(work, () -> complete(answered, answer));
            });
    return answered.future();
  }

  private static boolean complete(
      Promise<ModelResponse> answered, AsyncResult<ModelResponse> answer) {
    return answer.succeeded()
        ? answered.tryComplete(answer.result())
        : answered.tryFail(answer.cause());
  }

  private Spans.Ended span(
      ModelRequest request, TraceParent work, Instant start, AsyncResult<ModelResponse> answer) {
    Map<String, Object> about = new HashMap<>();
    about.put("gen_ai.operation.name", "chat");
    about.put("gen_ai.request.model", request.model());
    about.put("orcaflow.endpoint", endpoint);
    about.put("orcaflow.stage", request.stage());
    request.prompt().ifPresent(id -> about.put("orcaflow.prompt", id));
    if (answer.succeeded()) {
      ModelResponse response = answer.result();
      about.put("gen_ai.response.model", response.servedBy());
      about.put("gen_ai.usage.input_tokens", response.usage().promptTokens());
      about.put("gen_ai.usage.output_tokens", response.usage().completionTokens());
    }
    String id = Ids.hash("ask", work.spanId(), request.id()).substring(0, 16);
    return new Spans.Ended(
        "chat " + request.model(),
        Spans.Kind.ASK,
        new TraceParent(work.traceId(), id),
        Optional.of(work.spanId()),
        start,
        Instant.now(),
        about,
        Optional.ofNullable(answer.cause()).map(cause -> cause.getClass().getSimpleName()));
  }
}
