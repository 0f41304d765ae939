package orcaflow.cli.stall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.cli.run.Part;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.TopicReader;
import orcaflow.streams.StreamsService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How far the parts of a run are, by the offsets of their groups. Only events of the trainer are
 * read, so it costs the same after millions of records. What a share group lags behind is KIP-1226.
 */
final class Positions implements AutoCloseable {

  private final Cluster cluster;
  private final Admin admin;
  private final TopicReader<byte[], byte[]> records;
  private final TrainingPosition training;
  private final OutcomeCounts outcomes;
  private final Map<Part, List<TopicPartition>> inputs = new EnumMap<>(Part.class);

  private Positions(Cluster cluster) {
    this.cluster = cluster;
    Map<String, Object> settings = cluster.clientSettings();
    settings.put("default.api.timeout.ms", Answers.LIMIT_MILLIS);
    settings.put("request.timeout.ms", Answers.LIMIT_MILLIS);
    admin = Admin.create(settings);
    records = TopicReader.bytes(cluster, new ByteArrayDeserializer());
    training = TrainingPosition.open(cluster);
    outcomes = OutcomeCounts.open(cluster);
    for (Part part : Part.values()) {
      List<TopicPartition> partitions =
          part.inputs().stream()
              .flatMap(topic -> records.partitions(topic.in(cluster.run())).stream())
              .toList();
      if (!partitions.isEmpty()) {
        inputs.put(part, partitions);
      }
    }
  }

  /** Of a run whose topics are there. */
  static Positions open(Cluster cluster) {
    return new Positions(cluster);
  }

  /** The client that asks. */
  Admin admin() {
    return admin;
  }

  /**
   * Takes a look.
   *
   * @throws KafkaException if the brokers do not say
   */
  Map<Part, Position> now() throws InterruptedException {
    Map<TopicPartition, Long> ends = ends(IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> logEnds = ends(IsolationLevel.READ_UNCOMMITTED);
    Map<Part, Position> positions = new EnumMap<>(Part.class);
    for (Part part : inputs.keySet()) {
      Position sum = new Position(0, 0, 0);
      for (Map<TopicPartition, Position> group : groups(part, ends, logEnds)) {
        for (Position position : group.values()) {
          sum = sum.plus(position);
        }
      }
      positions.put(part, sum);
    }
    training.now().ifPresent(position -> positions.put(Part.TRAIN, position));
    return positions;
  }

  /**
   * The same of the parts that work by stages, but what is done is the number of their outcomes.
   *
   * @param now from {@link #now}
   */
  Map<Part, Position> byOutcomes(Map<Part, Position> now) {
    outcomes.look();
    Map<Part, Position> positions = new EnumMap<>(Part.class);
    now.forEach(
        (part, position) ->
            outcomes
                .of(part)
                .ifPresent(done -> positions.put(part, new Position(0, done, position.waiting()))));
    return positions;
  }

  /** Why the trainer is left out at present. */
  Optional<String> complaint() {
    return training.complaint();
  }

  /**
   * Whether there is a record among what a part has not finished. The offsets between may all be
   * marks of transactions, which wait for nobody.
   */
  boolean holdsRecords(Part part) throws InterruptedException {
    if (!inputs.containsKey(part)) {
      return true;
    }
    Map<TopicPartition, Long> ends = ends(IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> from = new HashMap<>();
    for (Map<TopicPartition, Position> group : groups(part, ends, ends)) {
      group.forEach((partition, position) -> from.merge(partition, position.first(), Math::min));
    }
    boolean[] found = {false};
    records.startAtBeginning(from.keySet());
    records.positions().forEach((partition, first) -> from.merge(partition, first, Math::max));
    records.start(from);
    records.readTo(
        from.keySet().stream().collect(Collectors.toMap(p -> p, ends::get)),
        () -> found[0],
        record -> found[0] = true);
    return found[0];
  }

  /**
   * The groups of a part. The ends were read before, so a group may be further than it seems here,
   * and never less far. A share group's lag counts records of open transactions, too: less the
   * committed end it would seem to move with each of them that is decided.
   */
  private List<Map<TopicPartition, Position>> groups(
      Part part, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> logEnds)
      throws InterruptedException {
    if (part.stages().isEmpty()) {
      return List.of(consumers(part, ends));
    }
    List<Map<TopicPartition, Position>> groups = new ArrayList<>();
    for (String stage : part.stages()) {
      groups.add(shareGroup(cluster.named(stage), part, logEnds));
    }
    return groups;
  }

  private Map<TopicPartition, Position> consumers(Part part, Map<TopicPartition, Long> ends)
      throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        orNone(
            admin
                .listConsumerGroupOffsets(StreamsService.group(cluster))
                .partitionsToOffsetAndMetadata());
    Map<TopicPartition, Position> positions = new HashMap<>();
    for (TopicPartition partition : inputs.get(part)) {
      OffsetAndMetadata offset = committed.get(partition);
      long first = offset == null ? 0 : offset.offset();
      positions.put(partition, position(first, ends.get(partition) - first, ends.get(partition)));
    }
    return positions;
  }

  private Map<TopicPartition, Position> shareGroup(
      String group, Part part, Map<TopicPartition, Long> ends) throws InterruptedException {
    Map<TopicPartition, SharePartitionOffsetInfo> offsets =
        orNone(
            admin
                .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group));
    Map<TopicPartition, Position> positions = new HashMap<>();
    for (TopicPartition partition : inputs.get(part)) {
      SharePartitionOffsetInfo info = offsets.get(partition);
      long end = ends.get(partition);
      long first = info == null ? 0 : info.startOffset();
      positions.put(partition, position(first, SharePartitions.lag(info, end), end));
    }
    return positions;
  }

  private static Position position(long first, long lag, long end) {
    long waiting = Math.max(0, lag);
    return new Position(first, end - waiting, waiting);
  }

  /** Behind all that is committed, or all that is written. */
  private Map<TopicPartition, Long> ends(IsolationLevel isolation) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        inputs.values().stream()
            .flatMap(Collection::stream)
            .distinct()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    Answers.of(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, found) -> ends.put(partition, found.offset()));
    return ends;
  }

  private static <K, V> Map<K, V> orNone(KafkaFuture<Map<K, V>> future)
      throws InterruptedException {
    try {
      return Answers.of(future);
    } catch (GroupIdNotFoundException none) {
      return Map.of();
    }
  }

  @Override
  public void close() {
    outcomes.close();
    training.close();
    records.close();
    admin.close(Duration.ofSeconds(1));
  }
}
