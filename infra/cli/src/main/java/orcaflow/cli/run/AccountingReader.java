package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topics of a run from their beginning, on a thread of its own, and keeps its accounts.
 * A redriven record is an event that is counted already. A record that is no event is no part of
 * the accounts; it is named.
 */
public final class AccountingReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AccountingReader.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final List<UnreadableRecord> unreadable = new ArrayList<>();
  private final List<Removed> removed;
  private final Movements movements = new Movements();
  private final RunAccounting accounting;
  private final Optional<Instant> until;
  private final Onlooker onlooker;
  private final Reading reading = new Reading();
  private final Lock lock = new ReentrantLock();
  private final TopicReader<String, SpecificRecord> reader;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile RunSnapshot snapshot;
  private volatile boolean closing;
  private volatile RuntimeException failure;

  private AccountingReader(
      Cluster cluster, RunAccounting accounting, Optional<Instant> until, Onlooker onlooker) {
    this.accounting = accounting;
    this.until = until;
    this.onlooker = onlooker;
    this.snapshot = accounting.snapshot();
    Map<String, Object> settings = ClientSettings.reader(cluster);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    reader = TopicReader.events(cluster, settings);
    reader.startAtBeginning(partitions(cluster));
    removed = Removed.before(reader.positions());
    thread = new Thread(this::follow, "run-accounting");
    thread.setDaemon(true);
  }

  /** Takes each event, on the reading thread. */
  @FunctionalInterface
  public interface Onlooker {
    /** An event that the next snapshot counts. */
    void saw(SpecificRecord event, RecordPosition position);

    /** The snapshot counts all that was seen. */
    default void counted() {}
  }

  /** Starts reading; returns when all that was there at the start is counted. */
  public static AccountingReader start(Cluster cluster, RunAccounting accounting)
      throws InterruptedException {
    return start(cluster, accounting, (event, position) -> {});
  }

  /** As the other, with an onlooker. */
  public static AccountingReader start(Cluster cluster, RunAccounting accounting, Onlooker onlooker)
      throws InterruptedException {
    AccountingReader reader = begin(cluster, accounting, Optional.empty(), onlooker);
    reader.awaitCaughtUp();
    return reader;
  }

  /**
   * Starts reading and returns at once.
   *
   * @param until the records before this time are read, and no others; empty for all, those that
   *     come later too
   */
  public static AccountingReader begin(
      Cluster cluster, RunAccounting accounting, Optional<Instant> until, Onlooker onlooker) {
    AccountingReader reader = new AccountingReader(cluster, accounting, until, onlooker);
    reader.thread.start();
    return reader;
  }

  /** Waits until all that was there at the start is counted. */
  public void awaitCaughtUp() throws InterruptedException {
    caughtUp.await();
    check();
  }

  /** Which share of what was there at the start is counted, 0 to 1. */
  public double share() {
    return caughtUp.getCount() == 0 ? 1 : reading.share();
  }

  /** Time of the oldest record so far. */
  public Optional<Instant> firstTime() {
    return reading.first();
  }

  /** Time of the newest record so far. */
  public Optional<Instant> lastTime() {
    return reading.last();
  }

  /** What is counted so far. */
  public RunSnapshot snapshot() {
    check();
    return snapshot;
  }

  /** Records so far that are no events of their topic, in the order of their places. */
  public List<UnreadableRecord> unreadable() {
    synchronized (unreadable) {
      return unreadable.stream().sorted(Comparator.comparing(UnreadableRecord::position)).toList();
    }
  }

  /** The parts of the run that do not move though inputs wait for them. */
  public List<Standstill> standstills(Instant now) {
    return Standstill.of(snapshot(), movements, now);
  }

  /** What is gone from the beginning of the topics, so that it is in no account. */
  public List<Removed> removed() {
    return removed;
  }

  /** All candidates that the seed file contributes are written, and this is their number. */
  public void seeded(long count) {
    update(() -> accounting.seeded(count));
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      snapshot = accounting.snapshot();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closing = true;
    reader.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<TopicPartition> partitions(Cluster cluster) {
    return Topics.all().stream()
        .filter(topic -> topic != Topics.MODEL_CALLS && topic != Topics.SENT_CALLS)
        .map((Topic<?> topic) -> topic.in(cluster.run()))
        .flatMap(topic -> reader.partitions(topic).stream())
        .toList();
  }

  private void follow() {
    try (reader) {
      TopicReader.Receiver<String, SpecificRecord> counting =
          TopicReader.Receiver.skipping(this::leaveOut, new Counting());
      Map<TopicPartition, Long> ends = reader.committedEnds(until);
      reading.begin(reader.positions(), ends);
      reader.readTo(ends, () -> closing, counting);
      caughtUp.countDown();
      while (!closing && until.isEmpty()) {
        reader.poll(POLL, counting);
      }
    } catch (WakeupException e) {
      if (!closing) {
        throw e;
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      caughtUp.countDown();
    }
  }

  private void leaveOut(UnreadableRecord record) {
    synchronized (unreadable) {
      unreadable.add(record);
    }
    LOG.warn("{}", record);
  }

  /** Counts the events of a poll together, so that one snapshot follows them. */
  private final class Counting implements TopicReader.Receiver<String, SpecificRecord> {
    private final List<SpecificRecord> polled = new ArrayList<>();

    @Override
    public void take(ConsumerRecord<String, SpecificRecord> record) {
      reading.saw(record.timestamp());
      if (!LetterHeaders.isRedriven(record.headers())) {
        onlooker.saw(record.value(), RecordPosition.of(record));
        polled.add(record.value());
        movements.count(record.value(), Instant.ofEpochMilli(record.timestamp()));
      }
    }

    @Override
    public void reached(TopicPartition partition, long position) {
      reading.reached(partition, position);
      if (!polled.isEmpty()) {
        update(() -> polled.forEach(accounting::count));
        polled.clear();
        onlooker.counted();
      }
    }
  }

  private void check() {
    if (failure != null) {
      throw new IllegalStateException(
          "the run's topics cannot be read: " + failure.getMessage(), failure);
    }
  }
}
