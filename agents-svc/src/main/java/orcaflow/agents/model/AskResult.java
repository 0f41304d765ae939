package orcaflow.agents.model;

import java.util.function.Function;

/** The result of asking a model, named for what the agent does next. */
public sealed interface AskResult<T> {

  /** The reply was parsed into a value. */
  record Usable<T>(T value, ModelResponse response) implements AskResult<T> {}

  /** The model replied that it cannot or will not do it. */
  record Declined<T>(ModelResponse response) implements AskResult<T> {}

  /** No reply can be used, now or later. */
  record Unusable<T>(String reason, Fault fault) implements AskResult<T> {}

  /** The endpoint gives no reply at present; the same request may succeed later. */
  record NotNow<T>(String reason) implements AskResult<T> {}

  /** What is wrong with the last reply. */
  enum Fault {
    /** It is complete, and not in the form asked for. */
    FORM,
    /** It is cut, filtered, broken off, or ended in a way that nobody knows. */
    UNFINISHED,
    /** It is larger than the limit. */
    TOO_LONG,
    /** There is none: the endpoint refuses the request. */
    REFUSED
  }

  /**
   * Maps the result, for callers that treat {@link Declined} and {@link Unusable} alike.
   *
   * @param usable maps a usable reply
   * @param nothing maps the reason why there is no usable reply, now or later
   * @param notNow maps the reason why there is no reply at present
   */
  default <R> R fold(
      Function<Usable<T>, ? extends R> usable,
      Function<String, ? extends R> nothing,
      Function<String, ? extends R> notNow) {
    if (this instanceof Usable<T> reply) {
      return usable.apply(reply);
    }
    if (this instanceof NotNow<T> wait) {
      return notNow.apply(wait.reason());
    }
    return nothing.apply(
        this instanceof Declined<T> declined
            ? "the model declined: " + declined.response().excerpt()
            : ((Unusable<T>) this).reason());
  }
}
