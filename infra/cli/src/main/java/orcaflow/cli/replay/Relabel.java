package orcaflow.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import orcaflow.schemas.Cluster;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;

/**
 * Labels a history under another policy, into the topics of another run. Reads and writes Kafka and
 * asks nobody else. As many partitions side by side as there are processors.
 */
public final class Relabel {

  private static final long GLANCE_MILLIS = 200;

  private Relabel() {}

  /**
   * Returns when every row is committed; started again after a kill it goes on.
   *
   * @param source the run whose history it is
   * @param target the run that gets the rows; its topics must be there
   * @param told how many offsets are read, now and then
   * @throws IllegalStateException if a range cannot be read, or another replay took over
   */
  public static void run(
      Cluster source, Cluster target, History history, Labelling labelling, LongConsumer told)
      throws InterruptedException {
    LongAdder read = new LongAdder();
    AtomicBoolean stop = new AtomicBoolean();
    Rows rows = new Rows(new Pairing(labelling));
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(
                1, Math.min(history.partitions(), Runtime.getRuntime().availableProcessors())));
    try {
      List<Future<?>> lanes = new ArrayList<>();
      for (int p = 0; p < history.partitions(); p++) {
        int partition = p;
        List<History.Range> ranges = history.of(partition);
        lanes.add(
            threads.submit(
                () -> {
                  try (Lane lane = new Lane(source, target, partition, rows)) {
                    lane.relabel(ranges, read, stop::get);
                  }
                }));
      }
      threads.shutdown();
      while (!threads.awaitTermination(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
        told.accept(read.sum());
        failFast(lanes);
      }
      failFast(lanes);
      told.accept(read.sum());
    } finally {
      stop.set(true);
      threads.shutdown();
    }
  }

  private static void failFast(List<Future<?>> lanes) throws InterruptedException {
    for (Future<?> lane : lanes) {
      if (lane.isDone()) {
        try {
          lane.get();
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException failed
              ? failed
              : new IllegalStateException(e.getCause());
        }
      }
    }
  }
}
