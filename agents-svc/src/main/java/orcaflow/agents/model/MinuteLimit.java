package orcaflow.agents.model;

import io.github.bucket4j.Bucket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;

/**
 * An amount a minute: of the configuration, of the endpoint's headers, or the lower of the two
 * where there are both.
 */
final class MinuteLimit {

  private final OptionalLong configured;
  private final ScheduledExecutorService clock;
  private OptionalLong amount;
  private Optional<Bucket> bucket;

  MinuteLimit(OptionalLong configured, ScheduledExecutorService clock) {
    this.configured = configured;
    this.clock = clock;
    this.amount = configured;
    this.bucket = configured.stream().mapToObj(full -> bucket(full, full)).findFirst();
  }

  /** The amount at present; empty for no limit. */
  synchronized OptionalLong amount() {
    return amount;
  }

  /** Completes when the amount may be used. */
  synchronized Future<Void> take(long wanted) {
    return bucket
        .map(full -> Future.fromCompletionStage(full.asScheduler().consume(wanted, clock)))
        .orElseGet(Future::succeededFuture);
  }

  /** Returns what was taken and not used. */
  synchronized void giveBack(long unused) {
    bucket.ifPresent(full -> full.addTokens(unused));
  }

  /** Follows what the endpoint says of its limit, and of what is left of it. */
  synchronized void follow(OptionalLong named, OptionalLong left) {
    if (named.isPresent()) {
      long stricter = Math.min(named.getAsLong(), configured.orElse(Long.MAX_VALUE));
      if (stricter != amount.orElse(0)) {
        long available = bucket.map(Bucket::getAvailableTokens).orElse(stricter);
        bucket = Optional.of(bucket(stricter, Math.min(stricter, available)));
        amount = OptionalLong.of(stricter);
      }
    }
    if (left.isPresent()) {
      bucket.ifPresent(full -> lower(full, left.getAsLong()));
    }
  }

  private static void lower(Bucket full, long left) {
    long more = full.getAvailableTokens() - left;
    if (more > 0) {
      full.tryConsumeAsMuchAsPossible(more);
    }
  }

  private static Bucket bucket(long aMinute, long initial) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(aMinute)
                    .refillGreedy(aMinute, Duration.ofMinutes(1))
                    .initialTokens(Math.max(0, initial)))
        .build();
  }
}
