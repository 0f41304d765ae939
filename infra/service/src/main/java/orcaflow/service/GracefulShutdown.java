package orcaflow.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What SIGTERM means to a process: an orderly stop, cut short when it takes longer than a limit. A
 * Kafka client that has lost its broker waits for minutes before it gives up, which is longer than
 * a supervisor waits. Nothing is lost by the cut: the next start does again what was not committed.
 */
public final class GracefulShutdown {

  private static final String LIMIT = "ORCAFLOW_STOP_SECONDS";
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(45);
  private static final int CUT_SHORT = 1;

  private GracefulShutdown() {}

  /**
   * Runs {@code close} when this process is about to end. The process then ends with the status
   * that it would have had, or with 1 and a sentence when {@code close} takes longer than the
   * limit.
   *
   * @param service the name that the sentence begins with
   * @throws IllegalArgumentException if {@code ORCAFLOW_STOP_SECONDS} is not a number from 1
   */
  public static void beginsWith(String service, Runnable close) {
    Duration limit = limit(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> closeWithin(limit, service, close), "orderly-stop"));
  }

  static Duration limit(Map<String, String> environment) {
    String seconds = environment.get(LIMIT);
    if (seconds == null) {
      return USUAL_LIMIT;
    }
    if (!seconds.matches("[1-9]\\d{0,6}")) {
      throw new IllegalArgumentException(
          "%s is '%s'; it must be a number of seconds from 1".formatted(LIMIT, seconds));
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static void closeWithin(Duration limit, String service, Runnable close) {
    Thread closing = new Thread(close, "closing");
    closing.setDaemon(true);
    closing.start();
    try {
      TimeUnit.NANOSECONDS.timedJoin(closing, limit.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      System.err.printf(
          "%s: not closed after %d s (is the cluster away?); what was not committed is done again"
              + " at the next start%n",
          service, limit.toSeconds());
      System.err.flush();
      Runtime.getRuntime().halt(CUT_SHORT);
    }
  }
}
