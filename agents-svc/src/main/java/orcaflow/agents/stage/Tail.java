package orcaflow.agents.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.Consumers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning to its end, and on from there whenever asked.
 *
 * <p>The end is that of the log, open transactions included: reading waits until they are decided.
 * Whatever was sent before the call is thus known after it, if it was ever committed.
 */
public final class Tail implements AutoCloseable {

  private static final Duration A_MOMENT = Duration.ofMillis(200);
  private static final Duration DECIDED = Duration.ofMinutes(2);

  private final String name;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final List<TopicPartition> partitions;

  public Tail(Cluster cluster, Topic<?> topic) {
    name = topic.in(cluster.run());
    admin = Admin.create(Clients.common(cluster));
    consumer =
        new KafkaConsumer<>(
            Clients.tail(cluster), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions = Consumers.partitions(consumer, name);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Hands over every committed record that was in the topic when this was called, the ones handed
   * over before excepted.
   *
   * @throws KafkaException if the cluster cannot be reached
   */
  public void catchUp(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Map<TopicPartition, Long> behind = new HashMap<>(ends());
    long deadline = System.nanoTime() + DECIDED.toNanos();
    while (true) {
      behind.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (behind.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("%s has an undecided transaction at %s".formatted(name, behind));
      }
      consumer.poll(A_MOMENT).forEach(reader);
    }
  }

  private Map<TopicPartition, Long> ends() {
    try {
      return admin
          .listOffsets(
              partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
              new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> offset(end.getValue())));
    } catch (ExecutionException e) {
      throw new KafkaException("the end of %s is not to be had".formatted(name), e.getCause());
    } catch (InterruptedException e) {
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private static long offset(ListOffsetsResultInfo end) {
    return end.offset();
  }

  @Override
  public void close() {
    consumer.close();
    admin.close(Duration.ofSeconds(1));
  }
}
