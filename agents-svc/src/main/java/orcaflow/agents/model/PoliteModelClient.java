package orcaflow.agents.model;

import io.github.bucket4j.Bucket;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Unavailable;

/**
 * Keeps the use of an endpoint within its {@link EndpointLimits}, for all callers together: calls
 * in flight, requests and tokens a minute, attempts with growing waits, a circuit breaker and a
 * budget. A call that brings no response within these limits fails with a {@linkplain
 * ModelFailure#retryable retryable} failure; the stage keeps its input and asks again later.
 */
public final class PoliteModelClient implements ModelClient, AutoCloseable {

  private final String name;
  private final ModelClient inner;
  private final EndpointLimits limits;
  private final ScheduledExecutorService clock;
  private final AdaptiveConcurrencyLimit concurrency;
  private final Retry retry;
  private final CircuitBreaker breaker;
  private final Optional<Bucket> requests;
  private final Optional<Bucket> tokens;
  private final DoubleAdder spent = new DoubleAdder();

  /**
   * @param name name of the endpoint in messages
   */
  public PoliteModelClient(String name, ModelClient inner, EndpointLimits limits) {
    this.name = name;
    this.inner = inner;
    this.limits = limits;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "polite-client");
              thread.setDaemon(true);
              return thread;
            });
    this.concurrency = new AdaptiveConcurrencyLimit(limits.concurrency(), clock);
    this.retry = Retry.of(name, retryConfig(limits));
    this.breaker = CircuitBreaker.of(name, breakerConfig(limits));
    this.requests = perMinute(limits.requestsPerMinute());
    this.tokens = perMinute(limits.tokensPerMinute());
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    AtomicInteger attempts = new AtomicInteger();
    return Future.fromCompletionStage(
            retry.executeCompletionStage(
                clock,
                () -> {
                  attempts.incrementAndGet();
                  return attempt(request).toCompletionStage();
                }))
        .map(response -> response.withAttempts(attempts.get()))
        .recover(failure -> Future.failedFuture(modelFailure(failure)));
  }

  /** Whether the circuit breaker is open, so that no call reaches the endpoint. */
  public boolean breakerOpen() {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  private Future<ModelResponse> attempt(ModelRequest request) {
    if (limits.budget().isPresent() && spent.sum() >= limits.budget().get()) {
      return Future.failedFuture(
          new Unavailable("%s: the budget of %s is spent".formatted(name, limits.budget().get())));
    }
    long estimate = estimatedTokens(request);
    return take(requests, 1)
        .compose(taken -> take(tokens, estimate))
        .compose(taken -> concurrency.run(() -> throughBreaker(request)))
        .onSuccess(
            response -> {
              spent.add(limits.cost(response));
              returnUnusedTokens(estimate, response);
            });
  }

  private Future<ModelResponse> throughBreaker(ModelRequest request) {
    return Future.fromCompletionStage(
            breaker.executeCompletionStage(() -> inner.ask(request).toCompletionStage()))
        .recover(failure -> Future.failedFuture(modelFailure(failure)));
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

  private Future<Void> take(Optional<Bucket> bucket, long amount) {
    return bucket
        .map(full -> Future.fromCompletionStage(full.asScheduler().consume(amount, clock)))
        .orElseGet(Future::succeededFuture);
  }

  /** An upper estimate at four characters a token; {@link #returnUnusedTokens} corrects it. */
  private long estimatedTokens(ModelRequest request) {
    long tokens =
        request.characters() / 4
            + (long) request.sampling().samples() * request.sampling().maxTokens();
    return Math.max(1, Math.min(tokens, limits.tokensPerMinute().orElse(Long.MAX_VALUE)));
  }

  private void returnUnusedTokens(long estimate, ModelResponse response) {
    long used = response.promptTokens() + response.completionTokens();
    if (used > 0 && used < estimate) {
      tokens.ifPresent(bucket -> bucket.addTokens(estimate - used));
    }
  }

  private static RetryConfig retryConfig(EndpointLimits limits) {
    IntervalFunction backoff =
        IntervalFunction.ofExponentialRandomBackoff(
            limits.backoff().toMillis(), 2.0, 0.5, limits.longestBackoff().toMillis());
    return RetryConfig.<ModelResponse>custom()
        .maxAttempts(limits.attempts())
        .retryOnException(PoliteModelClient::retryable)
        .intervalBiFunction(
            (attempt, outcome) ->
                Math.max(backoff.apply(attempt), retryAfter(outcome.getLeft()).toMillis()))
        .build();
  }

  private static boolean retryable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ModelFailure known && known.retryable();
  }

  private static Duration retryAfter(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RateLimited limited
        ? limited.retryAfter().orElse(Duration.ZERO)
        : Duration.ZERO;
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
                failure instanceof Unavailable
                    || failure instanceof CompletionException
                        && failure.getCause() instanceof Unavailable)
        .build();
  }

  private static Optional<Bucket> perMinute(OptionalLong amount) {
    return amount.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Bucket.builder()
                .addLimit(
                    limit ->
                        limit
                            .capacity(amount.getAsLong())
                            .refillGreedy(amount.getAsLong(), Duration.ofMinutes(1)))
                .build());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
