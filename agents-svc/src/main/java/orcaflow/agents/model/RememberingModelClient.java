package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;

/**
 * Nothing is paid twice: an answer is stored before anybody sees it, and the same call is served
 * from there. Refusals and unreadable answers are stored too; failures that pass are not, they have
 * no answer to keep.
 */
public final class RememberingModelClient implements ModelClient {

  private final String endpoint;
  private final ModelClient inner;
  private final CallLog log;
  private final EndpointLimits prices;
  private final Map<String, Future<ModelResponse>> asking = new ConcurrentHashMap<>();

  /**
   * @param endpoint the endpoint, as events show it
   */
  public RememberingModelClient(
      String endpoint, ModelClient inner, CallLog log, EndpointLimits prices) {
    this.endpoint = endpoint;
    this.inner = inner;
    this.log = log;
    this.prices = prices;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest question) {
    String id = question.id();
    Promise<ModelResponse> promise = Promise.promise();
    Future<ModelResponse> earlier = asking.putIfAbsent(id, promise.future());
    if (earlier != null) {
      return earlier;
    }
    log.find(id)
        .compose(known -> known.isPresent() ? recalled(known.get()) : askAndStore(id, question))
        .recover(failure -> Future.failedFuture(known(failure)))
        .onComplete(
            done -> {
              asking.remove(id);
              if (done.succeeded()) {
                promise.complete(done.result());
              } else {
                promise.fail(done.cause());
              }
            });
    return promise.future();
  }

  /** An answer that cannot be stored, or recalled, is not to be had at present. */
  private static ModelFailure known(Throwable failure) {
    return failure instanceof ModelFailure expected
        ? expected
        : new ModelFailure.Unavailable("model calls cannot be kept: " + failure);
  }

  private Future<ModelResponse> askAndStore(String id, ModelRequest question) {
    long began = System.nanoTime();
    return inner
        .ask(question)
        .transform(
            done -> {
              long millis = (System.nanoTime() - began) / 1_000_000;
              if (done.succeeded()) {
                return log.store(answered(id, question, done.result(), millis)).map(done.result());
              }
              if (done.cause() instanceof ModelFailure failure && !failure.passing()) {
                return log.store(failed(id, question, failure, millis))
                    .compose(stored -> Future.failedFuture(failure));
              }
              return Future.failedFuture(done.cause());
            });
  }

  private ModelCall answered(String id, ModelRequest question, ModelResponse answer, long millis) {
    return call(id, question, millis)
        .setServedBy(answer.servedBy())
        .setTexts(answer.texts().stream().map(ModelResponse.Text::text).toList())
        .setFinishReasons(answer.texts().stream().map(ModelResponse.Text::finishReason).toList())
        .setPromptTokens(answer.promptTokens())
        .setCompletionTokens(answer.completionTokens())
        .setCost(prices.cost(answer))
        .setAttempts(answer.attempts())
        .setOutcome(CallOutcome.ANSWERED)
        .build();
  }

  private ModelCall failed(String id, ModelRequest question, ModelFailure failure, long millis) {
    return call(id, question, millis)
        .setServedBy(question.model())
        .setTexts(List.of())
        .setFinishReasons(List.of())
        .setPromptTokens(0)
        .setCompletionTokens(0)
        .setCost(0)
        .setAttempts(1)
        .setOutcome(
            failure instanceof ModelFailure.Refused ? CallOutcome.REFUSED : CallOutcome.MALFORMED)
        .setReason(failure.getMessage())
        .build();
  }

  private ModelCall.Builder call(String id, ModelRequest question, long millis) {
    return ModelCall.newBuilder()
        .setId(id)
        .setStage(question.stage())
        .setEndpoint(endpoint)
        .setModel(question.model())
        .setPrompt(question.prompt().orElse(null))
        .setLatencyMillis(millis)
        .setTime(Instant.now());
  }

  private static Future<ModelResponse> recalled(ModelCall call) {
    String reason = Optional.ofNullable(call.getReason()).orElse("");
    return switch (call.getOutcome()) {
      case ANSWERED -> {
        List<ModelResponse.Text> texts = new ArrayList<>();
        for (int i = 0; i < call.getTexts().size(); i++) {
          texts.add(new ModelResponse.Text(call.getTexts().get(i), call.getFinishReasons().get(i)));
        }
        yield Future.succeededFuture(
            new ModelResponse(
                call.getServedBy(),
                texts,
                call.getPromptTokens(),
                call.getCompletionTokens(),
                call.getAttempts()));
      }
      case REFUSED -> Future.failedFuture(new ModelFailure.Refused(reason));
      case MALFORMED -> Future.failedFuture(new ModelFailure.Malformed(reason));
      case RATE_LIMITED, UNAVAILABLE -> Future.failedFuture(new ModelFailure.Unavailable(reason));
    };
  }
}
