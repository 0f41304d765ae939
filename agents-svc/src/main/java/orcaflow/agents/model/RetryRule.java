package orcaflow.agents.model;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/** Decides whether a call that failed is tried again, and when. */
final class RetryRule {

  /** How much slower a reply that cannot be used is asked for again than one that did not come. */
  private static final int SLOWER = 4;

  private final EndpointLimits limits;
  private final IntervalFunction backoff;

  RetryRule(EndpointLimits limits) {
    this.limits = limits;
    this.backoff =
        IntervalFunction.ofExponentialRandomBackoff(
            limits.backoff().toMillis(), 2.0, 0.5, limits.longestBackoff().toMillis());
  }

  RetryConfig config() {
    return RetryConfig.<ModelResponse>custom()
        .maxAttempts(limits.attempts())
        .retryOnException(this::again)
        .intervalBiFunction((attempt, outcome) -> wait(attempt, outcome.getLeft()).toMillis())
        .build();
  }

  /** Whether time alone may mend it, soon enough; else the caller keeps its input. */
  boolean again(Throwable failure) {
    if (!(cause(failure) instanceof ModelFailure known) || !known.retryable()) {
      return false;
    }
    boolean mended =
        !(known instanceof Unavailable away)
            || away.remedy() == Remedy.WAIT
            || away.remedy() == Remedy.ASK_AGAIN;
    return mended && asked(known).compareTo(limits.patience()) <= 0;
  }

  /**
   * @param attempt attempts so far, from 1
   */
  Duration wait(int attempt, Throwable failure) {
    long slower =
        cause(failure) instanceof Unavailable away && away.remedy() == Remedy.ASK_AGAIN
            ? SLOWER
            : 1;
    Duration own = Duration.ofMillis(backoff.apply(attempt) * slower);
    Duration asked = cause(failure) instanceof ModelFailure known ? asked(known) : Duration.ZERO;
    return own.compareTo(asked) > 0 ? own : asked;
  }

  /** The wait that the endpoint asks for, up to the longest. */
  private Duration asked(ModelFailure failure) {
    Duration wait = failure.retryAfter().orElse(Duration.ZERO);
    return wait.compareTo(limits.longestWait()) > 0 ? limits.longestWait() : wait;
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }
}
