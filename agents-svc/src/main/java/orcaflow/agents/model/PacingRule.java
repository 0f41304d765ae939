package orcaflow.agents.model;

import java.time.Duration;
import java.util.Optional;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * How long nobody asks an endpoint after a failure. The endpoint's own word counts, up to the
 * longest wait. Where it says nothing, the wait begins at the back-off of the limits and doubles
 * with each failure in a row.
 */
final class PacingRule {

  private static final int MOST_DOUBLINGS = 20;

  /** After as many replies in a row that cannot be used, all callers pause. */
  private static final int UNUSABLE_IN_A_ROW = 10;

  private final EndpointLimits limits;

  PacingRule(EndpointLimits limits) {
    this.limits = limits;
  }

  /**
   * @param inARow failures without a success between them, this one included, from 1
   * @return the pause of all callers; empty where the failure calls for none
   */
  Optional<Duration> pause(ModelFailure failure, int inARow) {
    Optional<Duration> asked = failure.retryAfter().map(wait -> least(wait, limits.longestWait()));
    if (asked.isPresent()) {
      return asked;
    }
    if (failure instanceof RateLimited) {
      return Optional.of(doubled(limits.backoff(), inARow, limits.longestBackoff()));
    }
    if (failure instanceof Unavailable unavailable) {
      return switch (unavailable.remedy()) {
        case MONEY -> Optional.of(doubled(limits.longestBackoff(), inARow, limits.longestWait()));
        case SETTING -> Optional.of(doubled(limits.backoff(), inARow, limits.longestBackoff()));
        case ASK_AGAIN ->
            inARow % UNUSABLE_IN_A_ROW == 0
                ? Optional.of(limits.longestBackoff().dividedBy(3))
                : Optional.empty();
        case WAIT, BUDGET, STORE -> Optional.empty();
      };
    }
    return Optional.empty();
  }

  /**
   * Whether calls leave rather than wait for the pause: another endpoint can be asked, and the
   * pause is long, or only a person can end it.
   */
  boolean leaves(ModelFailure failure, Duration pause) {
    boolean others = limits.patience().compareTo(limits.longestWait()) < 0;
    return others
        && (pause.compareTo(limits.patience()) > 0
            || failure instanceof Unavailable away
                && (away.remedy() == Remedy.MONEY || away.remedy() == Remedy.SETTING));
  }

  private static Duration doubled(Duration first, int inARow, Duration most) {
    return least(first.multipliedBy(1L << Math.min(inARow - 1, MOST_DOUBLINGS)), most);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
