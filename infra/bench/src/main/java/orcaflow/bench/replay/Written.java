package orcaflow.bench.replay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.Consumers;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The rows a replay has written, as counts and one hash over the bytes of all records, partition by
 * partition in order.
 */
record Written(Map<String, Long> records, long bytes, String hash) {

  private static final List<Topic<?>> TOPICS =
      List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS);

  static Written in(Cluster cluster, int partitions) throws Exception {
    Map<String, Long> records = new TreeMap<>();
    StringBuilder hashes = new StringBuilder();
    long bytes = 0;
    try (KafkaConsumer<String, byte[]> consumer =
        Consumers.committed(
            cluster,
            new ByteArrayDeserializer(),
            Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5000,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                5))) {
      for (Topic<?> topic : TOPICS) {
        for (int p = 0; p < partitions; p++) {
          Read read = read(consumer, new TopicPartition(topic.in(cluster.run()), p));
          records.merge(topic.name(), read.records, Long::sum);
          bytes += read.bytes;
          hashes.append(Ids.contentHash(read.digest.digest()));
        }
      }
    }
    return new Written(records, bytes, Ids.contentHash(hashes.toString()));
  }

  long rows() {
    return records.values().stream().mapToLong(n -> n).sum();
  }

  private static final class Read {
    private final MessageDigest digest;
    private long records;
    private long bytes;

    Read(MessageDigest digest) {
      this.digest = digest;
    }

    void take(ConsumerRecord<String, byte[]> record) {
      records++;
      bytes += record.value().length;
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(record.value().length).array());
      digest.update(record.value());
    }
  }

  private static Read read(KafkaConsumer<String, byte[]> consumer, TopicPartition partition)
      throws Exception {
    Read read = new Read(MessageDigest.getInstance("SHA-256"));
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (consumer.position(partition) < end) {
      consumer.poll(Duration.ofMillis(200)).forEach(read::take);
    }
    return read;
  }
}
