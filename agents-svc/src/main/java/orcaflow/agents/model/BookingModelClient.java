package orcaflow.agents.model;

import io.vertx.core.Future;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;

/**
 * Books each call in the {@link Ledger} as soon as its reply is there. Stores each that brought no
 * answer but may have been billed, and each question of a preflight. With the answers that {@link
 * RememberingModelClient} stores, the calls add up to the provider's bill.
 */
public final class BookingModelClient implements ModelClient {

  private final BilledCall billed;
  private final ModelClient inner;
  private final CallLog log;
  private final Ledger ledger;

  /**
   * @param endpoint name of the endpoint in events
   * @param ledger receives what each call costs
   */
  public BookingModelClient(
      String endpoint, ModelClient inner, CallLog log, PriceList prices, Ledger ledger) {
    this.billed = new BilledCall(endpoint, prices);
    this.inner = inner;
    this.log = log;
    this.ledger = ledger;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    long started = System.nanoTime();
    return inner
        .ask(request)
        .transform(
            done -> {
              long millis = (System.nanoTime() - started) / 1_000_000;
              if (done.succeeded()) {
                book(request, done.result().usage());
                return request.stage().equals(Preflight.STAGE)
                    ? log.store(answered(request, done.result(), millis)).map(done.result())
                    : Future.succeededFuture(done.result());
              }
              if (done.cause() instanceof ModelFailure failure) {
                book(request, failure.usage());
              }
              return done.cause() instanceof ModelFailure failure
                      && failure.retryable()
                      && failure.usage().tokens() > 0
                  ? log.store(failed(request, failure, millis))
                      .transform(stored -> Future.failedFuture(failure))
                  : Future.failedFuture(done.cause());
            });
  }

  private void book(ModelRequest request, ModelResponse.Usage usage) {
    ledger.add(
        billed.endpoint(),
        request.stage(),
        billed.prices().cost(request.model(), usage),
        usage.tokens());
  }

  private ModelCall answered(ModelRequest request, ModelResponse response, long millis) {
    return billed
        .withoutText(request, response.usage(), millis)
        .setServedBy(response.servedBy())
        .setOutcome(CallOutcome.ANSWERED)
        .build();
  }

  private ModelCall failed(ModelRequest request, ModelFailure failure, long millis) {
    return billed
        .withoutText(request, failure.usage(), millis)
        .setServedBy(request.model())
        .setOutcome(CallOutcome.UNAVAILABLE)
        .setReason(failure.getMessage())
        .build();
  }
}
