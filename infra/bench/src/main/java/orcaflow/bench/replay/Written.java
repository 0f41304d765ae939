package orcaflow.bench.replay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

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
    try (TopicReader<String, byte[]> reader =
        TopicReader.bytes(cluster, new StringDeserializer())) {
      for (Topic<?> topic : TOPICS) {
        for (int p = 0; p < partitions; p++) {
          Read read = read(reader, new TopicPartition(topic.in(cluster.run()), p));
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

  private static Read read(TopicReader<String, byte[]> reader, TopicPartition partition)
      throws Exception {
    Read read = new Read(MessageDigest.getInstance("SHA-256"));
    reader.startAtBeginning(List.of(partition));
    reader.readTo(reader.committedEnds(), read::take);
    return read;
  }
}
