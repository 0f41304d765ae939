package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.LetterHeaders;
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
  private final Consumer<Object> onlooker;
  private final Lock lock = new ReentrantLock();
  private final TopicReader<String, SpecificRecord> reader;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile RunSnapshot snapshot;
  private volatile boolean closing;
  private volatile RuntimeException failure;

  private AccountingReader(Cluster cluster, RunAccounting accounting, Consumer<Object> onlooker) {
    this.accounting = accounting;
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

  /** Starts reading; returns when all that was there at the start is counted. */
  public static AccountingReader start(Cluster cluster, RunAccounting accounting)
      throws InterruptedException {
    return start(cluster, accounting, event -> {});
  }

  /**
   * As the other.
   *
   * @param onlooker takes each event before a snapshot counts it
   */
  public static AccountingReader start(
      Cluster cluster, RunAccounting accounting, Consumer<Object> onlooker)
      throws InterruptedException {
    AccountingReader reader = new AccountingReader(cluster, accounting, onlooker);
    reader.thread.start();
    reader.caughtUp.await();
    reader.check();
    return reader;
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
      reader.readTo(reader.committedEnds(), () -> closing, counting);
      caughtUp.countDown();
      while (!closing) {
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
      if (!LetterHeaders.isRedriven(record.headers())) {
        polled.add(record.value());
        movements.count(record.value(), Instant.ofEpochMilli(record.timestamp()));
      }
    }

    @Override
    public void reached(TopicPartition partition, long position) {
      if (!polled.isEmpty()) {
        polled.forEach(onlooker);
        update(() -> polled.forEach(accounting::count));
        polled.clear();
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
