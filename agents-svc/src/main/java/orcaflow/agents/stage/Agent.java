package orcaflow.agents.stage;

import io.vertx.core.Future;

/**
 * What a stage does with one event. Called on a Vert.x event loop, so it must not block.
 *
 * <p>A failed future is the agent's word that this event cannot be worked on by anyone: it goes to
 * the dead letters. What is wrong with the world rather than with the event is {@link
 * Reply.Postponed}.
 */
public interface Agent<I> {

  /** Whether the stage takes the event on. Decided from the event alone, alike every time. */
  default boolean wants(I input) {
    return true;
  }

  Future<Reply> work(I input);
}
