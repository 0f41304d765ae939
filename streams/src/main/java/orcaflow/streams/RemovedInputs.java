package orcaflow.streams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Inputs that retention or a person has removed while the service was away. Kafka Streams continues
 * at the oldest record that is there and says nothing.
 *
 * @param read offset that the service had come to
 * @param first offset of the oldest record there
 */
record RemovedInputs(TopicPartition partition, long read, long first) {

  /** Asks the brokers; nothing for a service that has not run. */
  static List<RemovedInputs> of(Cluster cluster) {
    String group = EngineSettings.applicationId(cluster);
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      Map<TopicPartition, OffsetAndMetadata> read =
          new HashMap<>(
              answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
      read.values().removeIf(offset -> offset == null);
      Map<TopicPartition, ListOffsetsResultInfo> first =
          answer(
              admin
                  .listOffsets(
                      read.keySet().stream()
                          .collect(Collectors.toMap(p -> p, p -> OffsetSpec.earliest())))
                  .all());
      return read.entrySet().stream()
          .filter(entry -> entry.getValue().offset() < first.get(entry.getKey()).offset())
          .map(
              entry ->
                  new RemovedInputs(
                      entry.getKey(),
                      entry.getValue().offset(),
                      first.get(entry.getKey()).offset()))
          .toList();
    }
  }

  /** How many offsets. */
  long count() {
    return first - read;
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the offsets of the service are not to be had: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for offsets", e);
    }
  }

  @Override
  public String toString() {
    return "%s, partition %d: offsets %d to %d were removed before they were read"
        .formatted(partition.topic(), partition.partition(), read, first);
  }
}
