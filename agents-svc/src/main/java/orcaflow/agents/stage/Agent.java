package orcaflow.agents.stage;

import io.vertx.core.Future;

/**
 * The work of a stage on one event. Runs on a Vert.x event loop, so it must not block.
 *
 * <p>A failed future or an exception means that nobody can work on this event: the event goes to
 * the dead letters. A fault outside the event, such as an outage, is {@link Reply.Postponed}.
 */
public interface Agent<I> {

  /** Whether the stage works on the event. Depends on the event alone, so it never changes. */
  default boolean wants(I input) {
    return true;
  }

  Future<Reply> work(I input);
}
