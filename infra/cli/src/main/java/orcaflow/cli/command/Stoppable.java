package orcaflow.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import orcaflow.service.GracefulShutdown;

/**
 * What Ctrl-C and SIGTERM mean to a command that computes or runs services: its thread is
 * interrupted and closes what it has opened, and the process ends after that. A JVM that ends while
 * a thread is inside PyTorch may crash instead, and lose its exit status.
 */
final class Stoppable {

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean asked;

  private Stoppable() {}

  /** Work that may look whether it is to stop, where an interrupt does not reach it. */
  @FunctionalInterface
  interface Work {
    int run(Stoppable stop) throws Exception;
  }

  /**
   * Does the work on this thread.
   *
   * @param farewell said to whoever stops it
   * @return its exit status; of no account when it was stopped, as the signal then decides
   */
  static int call(String farewell, Work work) throws Exception {
    Stoppable stop = new Stoppable();
    GracefulShutdown.beginsWith("orcaflow", () -> stop.ask(farewell));
    try {
      return work.run(stop);
    } catch (Exception e) {
      if (stop.asked) {
        return 1;
      }
      throw e;
    } finally {
      stop.closed.countDown();
    }
  }

  /** As the other, for work that an interrupt reaches. */
  static int call(String farewell, Callable<Integer> work) throws Exception {
    return call(farewell, stop -> work.call());
  }

  /** Whether it is to stop. */
  boolean asked() {
    return asked;
  }

  private void ask(String farewell) {
    if (closed.getCount() == 0) {
      return;
    }
    System.err.printf("%norcaflow: stopping; %s%n", farewell);
    asked = true;
    worker.interrupt();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
