package orcaflow.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import orcaflow.events.GradedRollout;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.TopicReader;
import orcaflow.streams.close.CloseProcessor;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.pair.Labelling;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Labels a history by another rule, into the topics of another run. Reads and writes Kafka and asks
 * nobody else. Twice through the groups: first to know the whole set, as a group may borrow wrong
 * answers of others, then to label each. As many partitions side by side as there are processors.
 */
public final class Relabel {

  private static final long GLANCE_MILLIS = 200;

  private final Cluster source;
  private final Cluster target;
  private final History history;
  private final Labelling labelling;
  private final Verdicts verdicts;
  private final Listener listener;
  private final AtomicBoolean stop = new AtomicBoolean();

  /** Late events of the history. */
  private final LongAdder met = new LongAdder();

  /** Hears how far the labelling is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param phase what is done, in a word
     * @param read offsets read of those there are
     */
    void read(String phase, long read, long total);
  }

  private Relabel(
      Cluster source,
      Cluster target,
      History history,
      Labelling labelling,
      Verdicts verdicts,
      Listener listener) {
    this.source = source;
    this.target = target;
    this.history = history;
    this.labelling = labelling;
    this.verdicts = verdicts;
    this.listener = listener;
  }

  /**
   * Returns when every row is committed; started again after a kill it continues. A group that came
   * after its iteration was closed counts as it did then: a closed set stays closed.
   *
   * @param source the run whose history it is
   * @param target the run that gets the rows; its topics must be there
   * @return how many graded events of the history came too late to count in full
   * @throws IllegalStateException if a range cannot be read, or another replay took over
   */
  public static int run(
      Cluster source, Cluster target, History history, Labelling labelling, Listener listener)
      throws InterruptedException {
    return run(source, target, history, labelling, Verdicts.stored(), listener);
  }

  /**
   * The same with other verdicts than the stored ones.
   *
   * @param verdicts which count
   */
  static int run(
      Cluster source,
      Cluster target,
      History history,
      Labelling labelling,
      Verdicts verdicts,
      Listener listener)
      throws InterruptedException {
    Relabel relabel = new Relabel(source, target, history, labelling, verdicts, listener);
    relabel.label(relabel.survey(relabel.late()));
    return relabel.met.intValue();
  }

  /** One partition's share of a phase. */
  private interface Work {
    void on(int partition, LongAdder read);
  }

  /**
   * Ids of the graded events that came after their iteration was closed. The stage that closed it
   * said so, which settles it once and for all: the times of the events do not.
   */
  private Set<String> late() throws InterruptedException {
    Set<String> late = ConcurrentHashMap.newKeySet();
    read(
        "looking for late groups",
        Topics.STAGE_OUTCOMES,
        outcome -> {
          if (CloseProcessor.isLate(outcome)) {
            late.add(outcome.getInputId());
          }
        });
    return late;
  }

  private ClosedSet survey(Set<String> late) throws InterruptedException {
    ClosedSet set = new ClosedSet(labelling);
    read(
        "reading",
        Topics.GRADED_ROLLOUTS,
        stored -> {
          GradedRollout group = verdicts.counted(stored);
          synchronized (set) {
            if (late.contains(group.getId())) {
              met.increment();
              set.addLate(group);
            } else {
              set.add(group);
            }
          }
        });
    return set.settle();
  }

  /** Reads what the history has of a topic, several partitions at a time. */
  private <T extends SpecificRecord> void read(String phase, Topic<T> topic, Consumer<T> reader)
      throws InterruptedException {
    everywhere(
        phase,
        history.length(List.of(topic)),
        (partition, read) -> {
          try (TopicReader<String, T> events = TopicReader.events(source)) {
            TopicPartition input = new TopicPartition(topic.in(source.run()), partition);
            for (History.Range range : history.of(topic, partition)) {
              events.start(Map.of(input, range.from()));
              events.readTo(
                  Map.of(input, range.to()),
                  stop::get,
                  record -> {
                    if (!LetterHeaders.isRedriven(record.headers())) {
                      reader.accept(record.value());
                    }
                  });
              read.add(range.length());
            }
          }
        });
  }

  private void label(ClosedSet set) throws InterruptedException {
    RelabelledRows rows = new RelabelledRows(labelling, set, verdicts::of);
    everywhere(
        "labelling",
        history.length(),
        (partition, read) -> {
          try (PartitionRelabeller relabeller =
              new PartitionRelabeller(source, target, partition, rows, read, stop::get)) {
            relabeller.relabel(history.of(partition));
          }
        });
  }

  /** Does the work of all partitions, and returns when it is done or one of them failed. */
  private void everywhere(String phase, long total, Work work) throws InterruptedException {
    LongAdder read = new LongAdder();
    ExecutorService threads = Executors.newFixedThreadPool(sideBySide());
    try {
      List<Future<?>> shares = new ArrayList<>();
      for (int p = 0; p < history.partitions(); p++) {
        int partition = p;
        shares.add(threads.submit(() -> work.on(partition, read)));
      }
      threads.shutdown();
      while (!threads.awaitTermination(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
        listener.read(phase, read.sum(), total);
        rethrow(shares);
      }
      rethrow(shares);
    } finally {
      if (!threads.isTerminated()) {
        stop.set(true);
        threads.shutdown();
      }
    }
  }

  private int sideBySide() {
    return Math.max(1, Math.min(history.partitions(), Runtime.getRuntime().availableProcessors()));
  }

  private static void rethrow(List<Future<?>> shares) throws InterruptedException {
    for (Future<?> share : shares) {
      if (share.isDone()) {
        try {
          share.get();
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException failed
              ? failed
              : new IllegalStateException(e.getCause());
        }
      }
    }
  }
}
