package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import orcaflow.agents.model.SentCalls.Sent;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;

/**
 * Writes each call down before it is sent, and books it in the {@link Ledger} as soon as its reply
 * is there. Stores each that brought no answer but may have been billed, each question of a
 * preflight, and each that died with its process, once the same request brings a reply. With the
 * answers that {@link RememberingModelClient} stores, the calls add up to the provider's bill.
 */
public final class BookingModelClient implements ModelClient {

  private final BilledCall billed;
  private final ModelClient inner;
  private final CallLog log;
  private final SentCalls calls;
  private final Ledger ledger;

  /**
   * @param billed endpoint and prices
   * @param calls where each call is written before it is sent
   * @param ledger receives what each call costs
   */
  public BookingModelClient(
      BilledCall billed, ModelClient inner, CallLog log, SentCalls calls, Ledger ledger) {
    this.billed = billed;
    this.inner = inner;
    this.log = log;
    this.calls = calls;
    this.ledger = ledger;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    return calls
        .open(request)
        .recover(failure -> Future.failedFuture(ModelFailure.Unavailable.notKept(failure)))
        .compose(call -> send(request, call));
  }

  private Future<ModelResponse> send(ModelRequest request, Sent call) {
    long started = System.nanoTime();
    return inner
        .ask(call.id().map(request::withIdempotencyKey).orElse(request))
        .transform(
            done -> {
              long millis = (System.nanoTime() - started) / 1_000_000;
              if (done.succeeded()) {
                return answered(request, call, done.result(), millis);
              }
              return done.cause() instanceof ModelFailure failure
                  ? failed(request, call, failure, millis)
                  : Future.failedFuture(done.cause());
            });
  }

  private Future<ModelResponse> answered(
      ModelRequest request, Sent call, ModelResponse response, long millis) {
    book(request, response.usage());
    List<ModelCall> events = lost(request, call, response.usage());
    if (request.stage().equals(Preflight.STAGE)) {
      events.add(
          billed
              .withoutText(request, response.usage(), millis)
              .setServedBy(response.servedBy())
              .setOutcome(CallOutcome.ANSWERED)
              .setCall(call.id().orElse(null))
              .build());
    }
    return store(events).map(response.settling(call));
  }

  private Future<ModelResponse> failed(
      ModelRequest request, Sent call, ModelFailure failure, long millis) {
    book(request, failure.usage());
    if (failure.retryable() && failure.usage().tokens() == 0) {
      calls.endedFree(request, call);
      return Future.failedFuture(failure);
    }
    List<ModelCall> events = lost(request, call, failure.usage());
    if (failure.retryable()) {
      events.add(
          billed
              .withoutText(request, failure.usage(), millis)
              .setServedBy(request.model())
              .setOutcome(CallOutcome.UNAVAILABLE)
              .setReason(failure.getMessage())
              .setCall(call.id().orElse(null))
              .build());
    } else {
      failure.settles(call);
    }
    return store(events).transform(stored -> Future.failedFuture(failure));
  }

  /** What the lost calls cost is not known; the same request has cost as much. */
  private List<ModelCall> lost(ModelRequest request, Sent call, ModelResponse.Usage usage) {
    List<ModelCall> events = new ArrayList<>();
    for (String lost : call.lost()) {
      book(request, usage);
      events.add(billed.lost(lost, request, usage));
    }
    return events;
  }

  private Future<Void> store(List<ModelCall> events) {
    return events.isEmpty()
        ? Future.succeededFuture()
        : Future.all(events.stream().map(log::store).toList()).mapEmpty();
  }

  private void book(ModelRequest request, ModelResponse.Usage usage) {
    ledger.add(
        billed.endpoint(),
        request.stage(),
        billed.prices().cost(request.model(), usage),
        usage.tokens());
  }
}
