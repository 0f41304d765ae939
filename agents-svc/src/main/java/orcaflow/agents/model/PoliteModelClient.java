package orcaflow.agents.model;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.agents.model.ModelFailure.Malformed;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Keeps the use of an endpoint within its {@link EndpointLimits}, for all callers together: calls
 * in flight, requests and tokens a minute, attempts with growing waits, shared pauses, a circuit
 * breaker and a budget. A call that brings no response within these limits fails with a {@linkplain
 * ModelFailure#retryable retryable} failure; the stage keeps its input and asks again later. A
 * request whose replies cannot be used while others are answered is {@link Malformed} in the end.
 */
public final class PoliteModelClient implements ModelClient, AutoCloseable {

  private final String name;
  private final ModelClient inner;
  private final EndpointLimits limits;
  private final Budget budget;
  private final ScheduledExecutorService clock;
  private final AdaptiveConcurrencyLimit concurrency;
  private final Retry retry;
  private final CircuitBreaker breaker;
  private final MinuteLimits rates;
  private final EndpointHealth health;
  private final SuspectRequests suspects = new SuspectRequests(System::nanoTime);
  private final LongAdder ignoredHeaders = new LongAdder();
  private final AtomicInteger wanted = new AtomicInteger();
  private volatile long breakerOpenUntil = System.nanoTime();

  /**
   * @param name name of the endpoint in messages
   */
  public PoliteModelClient(String name, ModelClient inner, EndpointLimits limits, Budget budget) {
    this.name = name;
    this.inner = inner;
    this.limits = limits;
    this.budget = budget;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "polite-client");
              thread.setDaemon(true);
              return thread;
            });
    this.concurrency =
        new AdaptiveConcurrencyLimit(limits.concurrency(), new PacingRule(limits), clock);
    this.retry = Retry.of(name, new RetryRule(limits).config());
    this.breaker = CircuitBreaker.of(name, breakerConfig(limits));
    this.breaker
        .getEventPublisher()
        .onStateTransition(
            change -> breakerOpenUntil = System.nanoTime() + limits.longestBackoff().toNanos());
    this.rates = new MinuteLimits(limits, clock);
    this.health = new EndpointHealth(name, InstantSource.system());
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    AtomicInteger attempts = new AtomicInteger();
    wanted.incrementAndGet();
    return Future.fromCompletionStage(
            retry.executeCompletionStage(
                clock,
                () ->
                    attempt(request, attempts.incrementAndGet() > 1)
                        .recover(failure -> examined(request, failure))
                        .toCompletionStage()))
        .map(response -> response.withAttempts(attempts.get()))
        .onComplete(done -> wanted.decrementAndGet())
        .recover(failure -> Future.failedFuture(modelFailure(failure)));
  }

  /**
   * Follows what a reply's headers say of the limits. Where they say that nothing is left, no call
   * starts before the reset.
   */
  public void follow(RateHeaders headers) {
    ignoredHeaders.add(headers.ignored());
    rates.follow(headers);
    headers
        .usedUpFor()
        .ifPresent(
            wait ->
                concurrency.hold(
                    new RateLimited(
                        "%s allows nothing more before its reset".formatted(name),
                        Optional.of(wait))));
  }

  /** Headers of limits whose value cannot be meant. */
  public long ignoredHeaders() {
    return ignoredHeaders.sum();
  }

  /** Whether the circuit breaker is open, so that no call reaches the endpoint. */
  public boolean breakerOpen() {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  /** Whether the circuit breaker is closed; it is not while it lets two calls try the endpoint. */
  public boolean breakerClosed() {
    return breaker.getState() == CircuitBreaker.State.CLOSED;
  }

  /** Maximum calls in flight at present. */
  public int limit() {
    return concurrency.limit();
  }

  /** Cost of the endpoint's calls in the whole run, in the currency of the prices. */
  public double spent() {
    return budget.ledger().endpoint(name).money();
  }

  /** The wait for the endpoint, if it gives no answers at present. */
  public Optional<Waiting> waiting() {
    Duration breakerWait =
        breakerOpen()
            ? Duration.ofNanos(Math.max(0, breakerOpenUntil - System.nanoTime()))
            : Duration.ZERO;
    Duration paused = concurrency.paused();
    return health
        .waiting(paused.compareTo(breakerWait) > 0 ? paused : breakerWait, wanted.get() > 0)
        .or(() -> concurrency.held(name).filter(held -> wanted.get() > 0));
  }

  /** A failure that says nothing about the request is kept; the request may still be at fault. */
  private Future<ModelResponse> examined(ModelRequest request, Throwable failure) {
    if (!(failure instanceof Unavailable unavailable) || unavailable.remedy() != Remedy.ASK_AGAIN) {
      return Future.failedFuture(failure);
    }
    return switch (suspects.finding(request.id())) {
      case ASK_AGAIN -> Future.failedFuture(failure);
      case AT_FAULT -> Future.failedFuture(atFault(request, unavailable));
      case TRY_ANOTHER ->
          attempt(Preflight.question(request.model()), true)
              .transform(
                  other ->
                      Future.failedFuture(
                          other.succeeded() ? atFault(request, unavailable) : failure));
    };
  }

  private ModelFailure atFault(ModelRequest request, Unavailable failure) {
    int failures = suspects.failures(request.id());
    suspects.forget(request.id());
    return new Malformed(
            "given up after %d calls, while other requests were answered: %s"
                .formatted(failures, failure.getMessage()))
        .with(failure.reply());
  }

  private Future<ModelResponse> attempt(ModelRequest request, boolean again) {
    long estimate = estimatedTokens(request);
    return rates
        .take(estimate)
        .compose(taken -> concurrency.run(() -> withinBudget(request), again))
        .onSuccess(response -> returnUnusedTokens(estimate, response));
  }

  /** At the gate, so that only calls in flight can exceed the budget. */
  private Future<ModelResponse> withinBudget(ModelRequest request) {
    Optional<Unavailable> spent = budget.spent(request.stage());
    spent.ifPresent(health::failed);
    return spent
        .<Future<ModelResponse>>map(Future::failedFuture)
        .orElseGet(() -> throughBreaker(request));
  }

  private Future<ModelResponse> throughBreaker(ModelRequest request) {
    return Future.fromCompletionStage(
            breaker.executeCompletionStage(() -> send(request).toCompletionStage()))
        .recover(failure -> Future.failedFuture(modelFailure(failure)));
  }

  private Future<ModelResponse> send(ModelRequest request) {
    return inner
        .ask(request)
        .onSuccess(
            response -> {
              health.answered();
              suspects.succeeded(request.id());
            })
        .onFailure(failure -> note(request, failure));
  }

  private void note(ModelRequest request, Throwable failure) {
    if (!(failure instanceof ModelFailure known)) {
      return;
    }
    if (known.retryable()) {
      health.failed(known);
    } else {
      health.answered();
    }
    if (known instanceof Unavailable unavailable && unavailable.remedy() == Remedy.ASK_AGAIN) {
      suspects.failed(request.id());
    }
  }

  private Throwable modelFailure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof CallNotPermittedException
        ? new Unavailable("%s has failed again and again and is left alone".formatted(name))
        : cause;
  }

  /** An upper estimate at four characters a token; {@link #returnUnusedTokens} corrects it. */
  private long estimatedTokens(ModelRequest request) {
    long tokens =
        request.characters() / 4
            + (long) request.sampling().samples() * request.sampling().maxTokens();
    return rates.fitting(tokens);
  }

  private void returnUnusedTokens(long estimate, ModelResponse response) {
    long used = response.promptTokens() + response.completionTokens();
    if (used > 0 && used < estimate) {
      rates.giveBack(estimate - used);
    }
  }

  /** Opens when 8 of the last 10 calls found the endpoint unavailable; later tries with 2 calls. */
  private static CircuitBreakerConfig breakerConfig(EndpointLimits limits) {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(10)
        .minimumNumberOfCalls(10)
        .failureRateThreshold(80)
        .permittedNumberOfCallsInHalfOpenState(2)
        .waitDurationInOpenState(limits.longestBackoff())
        .recordException(
            failure ->
                RetryRule.cause(failure) instanceof Unavailable away
                    && away.remedy() != Remedy.ASK_AGAIN)
        .build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
