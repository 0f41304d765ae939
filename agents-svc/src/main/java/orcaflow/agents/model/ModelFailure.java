package orcaflow.agents.model;

import java.time.Duration;
import java.util.Optional;
import orcaflow.schemas.Evidence;

/** Why a call brought no response, named for what the caller does next. */
public abstract sealed class ModelFailure extends RuntimeException implements Evidence {

  private static final long serialVersionUID = 1L;

  private final transient ModelResponse.Usage usage;
  private transient SentCalls.Sent call = SentCalls.Sent.UNWRITTEN;
  private transient Optional<RawReply> reply = Optional.empty();

  ModelFailure(String message, ModelResponse.Usage usage) {
    super(message);
    this.usage = usage;
  }

  /** Tokens of the reply that were billed all the same; none where the reply names none. */
  public ModelResponse.Usage usage() {
    return usage;
  }

  /** The reply as it came; empty where none came. */
  Optional<RawReply> reply() {
    return reply;
  }

  ModelFailure with(Optional<RawReply> raw) {
    reply = raw;
    return this;
  }

  @Override
  public Optional<byte[]> evidence() {
    return reply.map(RawReply::bytes);
  }

  /** The HTTP call that brought the failure. */
  SentCalls.Sent call() {
    return call;
  }

  void settles(SentCalls.Sent sent) {
    call = sent;
  }

  /** Status 429: the same call may succeed later, at a lower rate. */
  public static final class RateLimited extends ModelFailure {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    public RateLimited(String message, Optional<Duration> retryAfter) {
      super(message, ModelResponse.Usage.NONE);
      this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** No caller is served at present: no connection, a server error, a rejected key. */
  public static final class Unavailable extends ModelFailure {
    private static final long serialVersionUID = 1L;

    /** What has to happen before the endpoint serves again. */
    public enum Remedy {
      /** Time alone may mend it. */
      WAIT,
      /** The reply cannot be used; the same request may be at fault. */
      ASK_AGAIN,
      /** The provider's quota is used up: it is asked seldom. */
      MONEY,
      /** The run's own budget is spent: nothing is asked before it is raised. */
      BUDGET,
      /** The call cannot be stored at present: no endpoint is at fault. */
      STORE,
      /** The key, the model's name or the URL is wrong: a person has to change a setting. */
      SETTING
    }

    private final Remedy remedy;
    private final transient Optional<Duration> retryAfter;

    public Unavailable(String message) {
      this(message, Remedy.WAIT, Optional.empty(), ModelResponse.Usage.NONE);
    }

    public Unavailable(
        String message, Remedy remedy, Optional<Duration> retryAfter, ModelResponse.Usage usage) {
      super(message, usage);
      this.remedy = remedy;
      this.retryAfter = retryAfter;
    }

    /** While calls can be neither stored nor found, no response is available. */
    static Unavailable notKept(Throwable failure) {
      return new Unavailable(
          "model calls cannot be kept: " + failure,
          Remedy.STORE,
          Optional.empty(),
          ModelResponse.Usage.NONE);
    }

    public Remedy remedy() {
      return remedy;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** This call is not served, now or later: its input is too long or not allowed. */
  public static final class Refused extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message, ModelResponse.Usage.NONE);
    }
  }

  /** The response is larger than the limit, or than a record may be. */
  public static final class TooLong extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public TooLong(String message, ModelResponse.Usage usage) {
      super(message, usage);
    }
  }

  /** No reply to this request can be read, while others are answered. */
  public static final class Malformed extends ModelFailure {
    private static final long serialVersionUID = 1L;

    public Malformed(String message, ModelResponse.Usage usage) {
      super(message, usage);
    }

    public Malformed(String message) {
      this(message, ModelResponse.Usage.NONE);
    }
  }

  /** The wait that the endpoint asks for; empty where it asks for none. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** Whether the failure is transient: the same call may succeed later. */
  public boolean retryable() {
    return this instanceof RateLimited || this instanceof Unavailable;
  }
}
