package orcaflow.schemas.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Where the logs of partitions end, records of open transactions included. */
interface LogEnds extends AutoCloseable {

  Map<TopicPartition, Long> of(Collection<TopicPartition> partitions);

  @Override
  void close();

  /** Asks the brokers; connects when it is first asked. */
  static LogEnds of(Cluster cluster) {
    return new LogEnds() {
      private Optional<Admin> admin = Optional.empty();

      @Override
      public Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
        Admin asked = admin.orElseGet(() -> Admin.create(cluster.clientSettings()));
        admin = Optional.of(asked);
        return ends(asked, partitions);
      }

      @Override
      public void close() {
        admin.ifPresent(asked -> asked.close(Duration.ofSeconds(1)));
      }
    };
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Collection<TopicPartition> partitions) {
    try {
      return admin
          .listOffsets(
              partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
              new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw new KafkaException(
          "the brokers do not say where %s end".formatted(partitions), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
