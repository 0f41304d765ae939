package orcaflow.cli.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.Consumers;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Follows the topics of a run from their beginning, on a thread of its own, and keeps its accounts.
 */
public final class AccountingReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final RunAccounting accounting;
  private final Lock lock = new ReentrantLock();
  private final KafkaConsumer<String, SpecificRecord> consumer;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile RunSnapshot snapshot;
  private volatile boolean closing;
  private volatile RuntimeException failure;

  private AccountingReader(Cluster cluster, RunAccounting accounting) {
    this.accounting = accounting;
    this.snapshot = accounting.snapshot();
    consumer =
        Consumers.committed(
            cluster,
            Serdes.<SpecificRecord>deserializer(cluster.registry()),
            Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000));
    List<TopicPartition> partitions = partitions(cluster);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = new Thread(() -> follow(partitions), "run-accounting");
    thread.setDaemon(true);
  }

  /** Starts reading; returns when all that was there at the start is counted. */
  public static AccountingReader start(Cluster cluster, RunAccounting accounting)
      throws InterruptedException {
    AccountingReader reader = new AccountingReader(cluster, accounting);
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
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<TopicPartition> partitions(Cluster cluster) {
    return Topics.all().stream()
        .filter(topic -> topic != Topics.MODEL_CALLS)
        .map((Topic<?> topic) -> topic.in(cluster.run()))
        .flatMap(topic -> Consumers.partitions(consumer, topic).stream())
        .toList();
  }

  private void follow(List<TopicPartition> partitions) {
    try (consumer) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!closing) {
        var records = consumer.poll(POLL);
        update(() -> records.forEach(record -> accounting.count(record.value())));
        if (caughtUp.getCount() > 0
            && ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
          caughtUp.countDown();
        }
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

  private void check() {
    if (failure != null) {
      throw new IllegalStateException(
          "the run's topics cannot be read: " + failure.getMessage(), failure);
    }
  }
}
