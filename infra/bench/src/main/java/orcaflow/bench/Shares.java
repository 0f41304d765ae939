package orcaflow.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.cli.terminal.Progress;

/** Fills topics on all cores; not part of what is measured. */
public final class Shares {

  private static final int LOOK_MILLIS = 500;

  private Shares() {}

  /** The numbers of one thread. */
  @FunctionalInterface
  public interface Share {
    /**
     * @param first of the numbers; the others follow in steps of {@code stride}
     * @param done to be counted up with each
     */
    void make(int first, int stride, LongAdder done);
  }

  /**
   * Makes problems 0 to {@code problems} on as many threads as there are cores, two at least.
   *
   * @throws java.util.concurrent.ExecutionException if one of the threads fails
   */
  public static void of(int problems, Progress progress, Share share) throws Exception {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    LongAdder done = new LongAdder();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> shares = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        shares.add(pool.submit(() -> share.make(first, threads, done)));
      }
      pool.shutdown();
      while (!pool.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.show("filling", done.sum(), OptionalLong.of(problems), "problems");
      }
      for (Future<?> each : shares) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
