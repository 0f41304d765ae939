package orcaflow.agents.model;

import java.util.function.Function;

/** How asking a model ended, named for what the agent does next. */
public sealed interface Asked<T> {

  /** The reply can be used. */
  record Usable<T>(T value, ModelResponse answer) implements Asked<T> {}

  /** The model said that it cannot do it. */
  record Declined<T>(ModelResponse answer) implements Asked<T> {}

  /** No reply could be used, however often it was asked, or the endpoint refuses the question. */
  record Unusable<T>(String reason) implements Asked<T> {}

  /** No reply is to be had at present. */
  record NotNow<T>(String reason) implements Asked<T> {}

  /**
   * What follows, for those to whom it is all one whether the model could not or would not.
   *
   * @param nothing takes the reason why there will be no usable reply
   * @param notNow takes the reason why there is none at present
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
            ? "the model declined: " + declined.answer().shown()
            : ((Unusable<T>) this).reason());
  }
}
