package orcaflow.agents.model;

import java.time.Duration;
import java.util.Optional;

/** Why a call gave no answer, named for what the caller does next. */
public abstract sealed class ModelFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelFailure(String message) {
    super(message);
  }

  /** Slow down: the same call may be let through later. */
  public static final class RateLimited extends ModelFailure {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    public RateLimited(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /** How long the endpoint asks to wait, if it said so. */
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** Nobody is served now: no connection, an error of the server, a key it does not take. */
  public static final class Unavailable extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message);
    }
  }

  /** This call is not served, now or later: too long, not allowed. */
  public static final class Refused extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message);
    }
  }

  /** An answer came that does not follow the protocol. */
  public static final class Malformed extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
      super(message);
    }
  }

  /** Whether the failure is of the moment: the same call may succeed later. */
  public boolean passing() {
    return this instanceof RateLimited || this instanceof Unavailable;
  }
}
