package orcaflow.agents.model;

import java.time.Duration;
import java.util.Optional;

/** Why a call brought no response, named for what the caller does next. */
public abstract sealed class ModelFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelFailure(String message) {
    super(message);
  }

  /** Status 429: the same call may succeed later, at a lower rate. */
  public static final class RateLimited extends ModelFailure {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    public RateLimited(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /** The wait that the endpoint asks for; empty where it asks for none. */
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** No caller is served at present: no connection, a server error, a rejected key. */
  public static final class Unavailable extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message);
    }
  }

  /** This call is not served, now or later: its input is too long or not allowed. */
  public static final class Refused extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message);
    }
  }

  /** The response does not follow the protocol. */
  public static final class Malformed extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
      super(message);
    }
  }

  /** Whether the failure is transient: the same call may succeed later. */
  public boolean retryable() {
    return this instanceof RateLimited || this instanceof Unavailable;
  }
}
