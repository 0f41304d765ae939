package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import orcaflow.events.SampledTokens;

/**
 * Stores every response before the caller sees it, and serves equal requests from the store, so
 * that no call is paid twice. Refused requests are stored too; retryable failures are not, as they
 * say nothing about the request.
 */
public final class RememberingModelClient implements ModelClient {

  private final BilledCall billed;
  private final ModelClient inner;
  private final CallLog log;
  private final Map<String, Future<ModelResponse>> inFlight = new ConcurrentHashMap<>();

  /**
   * @param billed endpoint and prices
   */
  public RememberingModelClient(BilledCall billed, ModelClient inner, CallLog log) {
    this.billed = billed;
    this.inner = inner;
    this.log = log;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    String id = request.id();
    Promise<ModelResponse> promise = Promise.promise();
    Future<ModelResponse> earlier = inFlight.putIfAbsent(id, promise.future());
    if (earlier != null) {
      return earlier;
    }
    log.find(id)
        .compose(stored -> stored.isPresent() ? replay(stored.get()) : askAndStore(id, request))
        .recover(failure -> Future.failedFuture(modelFailure(failure)))
        .onComplete(
            done -> {
              inFlight.remove(id);
              if (done.succeeded()) {
                promise.complete(done.result());
              } else {
                promise.fail(done.cause());
              }
            });
    return promise.future();
  }

  private static ModelFailure modelFailure(Throwable failure) {
    return failure instanceof ModelFailure known
        ? known
        : ModelFailure.Unavailable.notKept(failure);
  }

  private Future<ModelResponse> askAndStore(String id, ModelRequest request) {
    long started = System.nanoTime();
    return inner
        .ask(request)
        .transform(
            done -> {
              long millis = (System.nanoTime() - started) / 1_000_000;
              if (done.succeeded()) {
                return log.store(answered(id, request, done.result(), millis))
                    .map(done.result())
                    .recover(failure -> storeTooLong(id, request, done.result(), millis, failure));
              }
              if (done.cause() instanceof ModelFailure failure && settles(failure)) {
                return log.store(failed(id, request, failure, millis))
                    .compose(stored -> Future.failedFuture(failure));
              }
              return Future.failedFuture(done.cause());
            });
  }

  /** A dead letter keeps what cannot be read; its input may be redriven and asked about again. */
  private static boolean settles(ModelFailure failure) {
    return !failure.retryable() && !(failure instanceof ModelFailure.Malformed);
  }

  /** An answer that does not fit a record is never asked for again. */
  private Future<ModelResponse> storeTooLong(
      String id, ModelRequest request, ModelResponse response, long millis, Throwable failure) {
    if (!(failure instanceof CallLog.TooLarge)) {
      return Future.failedFuture(failure);
    }
    ModelFailure tooLong =
        new ModelFailure.TooLong(
            "an answer of %,d characters does not fit a record"
                .formatted(response.texts().stream().mapToInt(t -> t.text().length()).sum()),
            response.usage());
    tooLong.settles(response.call());
    return log.store(failed(id, request, tooLong, millis))
        .compose(stored -> Future.failedFuture(tooLong));
  }

  private ModelCall answered(String id, ModelRequest request, ModelResponse response, long millis) {
    return billed
        .event(id, request, response.usage(), millis)
        .setServedBy(response.servedBy())
        .setTexts(response.texts().stream().map(ModelResponse.Text::text).toList())
        .setFinishReasons(response.texts().stream().map(ModelResponse.Text::finishReason).toList())
        .setKinds(response.texts().stream().map(text -> text.kind().name()).toList())
        .setReasonings(response.texts().stream().map(text -> text.reasoning().orElse("")).toList())
        .setTokens(
            response.texts().stream()
                .map(text -> text.tokens().orElseGet(() -> new SampledTokens(List.of(), List.of())))
                .toList())
        .setAttempts(response.attempts())
        .setRepeated(response.call().repeated())
        .setCall(response.call().id().orElse(null))
        .setOutcome(CallOutcome.ANSWERED)
        .build();
  }

  private ModelCall failed(String id, ModelRequest request, ModelFailure failure, long millis) {
    return billed
        .event(id, request, failure.usage(), millis)
        .setServedBy(request.model())
        .setTexts(List.of())
        .setFinishReasons(List.of())
        .setAttempts(1)
        .setRepeated(failure.call().repeated())
        .setCall(failure.call().id().orElse(null))
        .setOutcome(outcome(failure))
        .setReason(failure.getMessage())
        .build();
  }

  private static CallOutcome outcome(ModelFailure failure) {
    if (failure instanceof ModelFailure.Refused) {
      return CallOutcome.REFUSED;
    }
    return failure instanceof ModelFailure.TooLong ? CallOutcome.TOO_LONG : CallOutcome.MALFORMED;
  }

  private static Future<ModelResponse> replay(ModelCall call) {
    String reason = Optional.ofNullable(call.getReason()).orElse("");
    return switch (call.getOutcome()) {
      case ANSWERED ->
          Future.succeededFuture(
              new ModelResponse(
                  call.getServedBy(),
                  IntStream.range(0, call.getTexts().size()).mapToObj(i -> text(call, i)).toList(),
                  usage(call),
                  call.getAttempts()));
      case REFUSED -> Future.failedFuture(new ModelFailure.Refused(reason));
      case MALFORMED -> Future.failedFuture(new ModelFailure.Malformed(reason, usage(call)));
      case TOO_LONG -> Future.failedFuture(new ModelFailure.TooLong(reason, usage(call)));
      case RATE_LIMITED, UNAVAILABLE -> Future.failedFuture(new ModelFailure.Unavailable(reason));
    };
  }

  /** Calls of earlier builds have neither kinds nor reasonings nor tokens. */
  private static ModelResponse.Text text(ModelCall call, int i) {
    String finish = call.getFinishReasons().get(i);
    return new ModelResponse.Text(
        call.getTexts().get(i),
        finish,
        i < call.getKinds().size()
            ? ReplyKind.valueOf(call.getKinds().get(i))
            : ReplyKind.of(finish),
        i < call.getReasonings().size()
            ? Optional.of(call.getReasonings().get(i)).filter(text -> !text.isEmpty())
            : Optional.empty(),
        i < call.getTokens().size()
            ? Optional.of(call.getTokens().get(i)).filter(tokens -> !tokens.getIds().isEmpty())
            : Optional.empty());
  }

  private static ModelResponse.Usage usage(ModelCall call) {
    return new ModelResponse.Usage(
        call.getPromptTokens(),
        call.getCachedTokens(),
        call.getCompletionTokens(),
        call.getEstimated());
  }
}
