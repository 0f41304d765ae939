package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one topic from its beginning, on a thread of its own. Nobody waits for it: what it takes
 * grows while it is open. A record that is no event is left out; the accounts name it.
 */
public final class TopicFollower<T extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final TopicReader<String, T> reader;
  private final Optional<Instant> until;
  private final Consumer<T> taker;
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean caughtUp;
  private volatile Optional<String> failure = Optional.empty();

  private TopicFollower(
      Cluster cluster, Topic<T> topic, Optional<Instant> until, Consumer<T> taker) {
    this.until = until;
    this.taker = taker;
    Map<String, Object> settings = ClientSettings.reader(cluster);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    reader = TopicReader.events(cluster, settings);
    reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
    thread = new Thread(this::follow, "follow-" + topic.name());
    thread.setDaemon(true);
  }

  /**
   * Begins to read.
   *
   * @param until the records before this time are read, and no others; empty for all, those that
   *     come later too
   */
  public static <T extends SpecificRecord> TopicFollower<T> start(
      Cluster cluster, Topic<T> topic, Optional<Instant> until, Consumer<T> taker) {
    TopicFollower<T> follower = new TopicFollower<>(cluster, topic, until, taker);
    follower.thread.start();
    return follower;
  }

  /** Whether all that was there at the start is taken. */
  public boolean caughtUp() {
    return caughtUp;
  }

  /** Why it reads no more. */
  public Optional<String> failure() {
    return failure;
  }

  private void follow() {
    TopicReader.Receiver<String, T> taking =
        TopicReader.Receiver.skipping(LOG, record -> taker.accept(record.value()));
    try (reader) {
      reader.readTo(reader.committedEnds(until), () -> closing, taking);
      caughtUp = true;
      while (!closing && until.isEmpty()) {
        reader.poll(POLL, taking);
      }
    } catch (WakeupException e) {
      if (!closing) {
        throw e;
      }
    } catch (RuntimeException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
      LOG.error("{} ends", thread.getName(), e);
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
}
