package orcaflow.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A service that runs: agents, streams or trainer. It has a static {@code start} that returns when
 * the service runs and leaves nothing behind when it throws. A part that fails ends the service:
 * half a service looks like a whole one from outside.
 */
public interface Service extends AutoCloseable {

  /** What runs, in a few words for the line that is printed after the start. */
  String summary();

  /** Port of {@code /metrics} and {@code /health}. */
  int monitoringPort();

  /** A sentence for each usual port that is taken, and the one in its place. */
  List<String> portsTaken();

  /**
   * Completes when the service is closed. Fails when a part of it fails, with the cause, whose
   * message is a sentence for people; {@code /health/live} answers 503 from then on.
   */
  CompletableFuture<Void> ended();

  /** Finishes the work in hand and stops; a second call does nothing. */
  @Override
  void close();
}
