package orcaflow.agents.model;

import io.github.bucket4j.Bucket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;

/** Requests and tokens a minute. */
final class MinuteLimits {

  private final ScheduledExecutorService clock;
  private final Optional<Bucket> requests;
  private final Optional<Bucket> tokens;

  MinuteLimits(EndpointLimits limits, ScheduledExecutorService clock) {
    this.clock = clock;
    this.requests = perMinute(limits.requestsPerMinute());
    this.tokens = perMinute(limits.tokensPerMinute());
  }

  /** Completes when a request of so many tokens may start. */
  Future<Void> take(long estimate) {
    return take(requests, 1).compose(taken -> take(tokens, estimate));
  }

  /** Returns tokens that were taken and not used. */
  void giveBack(long unused) {
    tokens.ifPresent(bucket -> bucket.addTokens(unused));
  }

  private Future<Void> take(Optional<Bucket> bucket, long amount) {
    return bucket
        .map(full -> Future.fromCompletionStage(full.asScheduler().consume(amount, clock)))
        .orElseGet(Future::succeededFuture);
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
}
