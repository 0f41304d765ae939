package orcaflow.agents.model;

import java.util.function.Function;

/** The result of asking a model, named for what the agent does next. */
public sealed interface AskResult<T> {

  /** The reply was parsed into a value. */
  record Usable<T>(T value, ModelResponse response) implements AskResult<T> {}

  /** The model replied that it cannot or will not do it. */
  record Declined<T>(ModelResponse response) implements AskResult<T> {}

  /** No reply could be parsed within the permitted tries, or the endpoint refuses the request. */
  record Unusable<T>(String reason) implements AskResult<T> {}

  /** The endpoint gives no reply at present; the same request may succeed later. */
  record NotNow<T>(String reason) implements AskResult<T> {}

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
