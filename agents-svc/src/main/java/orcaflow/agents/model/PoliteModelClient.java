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
 * Treats an endpoint well, for all who use it: so many calls at once and no more than it can take,
 * so many requests and tokens a minute, waits that grow, no calls for a while once it has failed
 * again and again, and no more money than allowed. What it cannot get within these limits fails as
 * {@link ModelFailure#passing passing}: the stage keeps its input and comes back.
 */
public final class PoliteModelClient implements ModelClient, AutoCloseable {

  private final String name;
  private final ModelClient inner;
  private final EndpointLimits limits;
  private final ScheduledExecutorService clock;
  private final AdaptiveConcurrencyLimit gate;
  private final Retry retry;
  private final CircuitBreaker breaker;
  private final Optional<Bucket> requests;
  private final Optional<Bucket> tokens;
  private final DoubleAdder spent = new DoubleAdder();

  /**
   * @param name the endpoint, as messages show it
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
    this.gate = new AdaptiveConcurrencyLimit(limits.concurrency(), clock);
    this.retry = Retry.of(name, retrying(limits));
    this.breaker = CircuitBreaker.of(name, breaking(limits));
    this.requests = perMinute(limits.requestsPerMinute());
    this.tokens = perMinute(limits.tokensPerMinute());
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest question) {
    AtomicInteger attempts = new AtomicInteger();
    return Future.fromCompletionStage(
            retry.executeCompletionStage(
                clock,
                () -> {
                  attempts.incrementAndGet();
                  return once(question).toCompletionStage();
                }))
        .map(answer -> answer.after(attempts.get()))
        .recover(failure -> Future.failedFuture(bare(failure)));
  }

  /** Whether the endpoint is being left alone because it failed again and again. */
  public boolean leftAlone() {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  private Future<ModelResponse> once(ModelRequest question) {
    if (limits.budget().isPresent() && spent.sum() >= limits.budget().get()) {
      return Future.failedFuture(
          new Unavailable("%s: the budget of %s is spent".formatted(name, limits.budget().get())));
    }
    long estimate = estimate(question);
    return take(requests, 1)
        .compose(request -> take(tokens, estimate))
        .compose(paced -> gate.through(() -> guarded(question)))
        .onSuccess(
            answer -> {
              spent.add(limits.cost(answer));
              settleTokens(estimate, answer);
            });
  }

  private Future<ModelResponse> guarded(ModelRequest question) {
    return Future.fromCompletionStage(
            breaker.executeCompletionStage(() -> inner.ask(question).toCompletionStage()))
        .recover(failure -> Future.failedFuture(bare(failure)));
  }

  private Throwable bare(Throwable failure) {
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

  /** Four characters a token is near enough for English; the reported count settles it. */
  private long estimate(ModelRequest question) {
    long tokens =
        question.length() / 4
            + (long) question.sampling().samples() * question.sampling().maxTokens();
    return Math.max(1, Math.min(tokens, limits.tokensPerMinute().orElse(Long.MAX_VALUE)));
  }

  private void settleTokens(long estimate, ModelResponse answer) {
    long used = answer.promptTokens() + answer.completionTokens();
    if (used > 0 && used < estimate) {
      tokens.ifPresent(bucket -> bucket.addTokens(estimate - used));
    }
  }

  private static RetryConfig retrying(EndpointLimits limits) {
    IntervalFunction growing =
        IntervalFunction.ofExponentialRandomBackoff(
            limits.backoff().toMillis(), 2.0, 0.5, limits.longestBackoff().toMillis());
    return RetryConfig.<ModelResponse>custom()
        .maxAttempts(limits.attempts())
        .retryOnException(PoliteModelClient::worthAnother)
        .intervalBiFunction(
            (attempt, outcome) ->
                Math.max(growing.apply(attempt), wanted(outcome.getLeft()).toMillis()))
        .build();
  }

  private static boolean worthAnother(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ModelFailure known && known.passing();
  }

  private static Duration wanted(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RateLimited limited
        ? limited.retryAfter().orElse(Duration.ZERO)
        : Duration.ZERO;
  }

  /** Ten calls in a row of which most failed: leave the endpoint alone, then try with a few. */
  private static CircuitBreakerConfig breaking(EndpointLimits limits) {
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
