package orcaflow.agents.stage.worker;

import java.util.HashMap;
import java.util.Map;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.state.StateStore;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How far all inputs of a stage are settled, in each partition: finished, or not wanted. A look for
 * open inputs begins there, and moves it on.
 */
final class SettledInputs<I extends SpecificRecord> {

  private final Cluster cluster;
  private final Stage<I> stage;
  private final String topic;
  private final FinishedInputs finished;
  private final StateStore store;

  SettledInputs(Cluster cluster, Stage<I> stage, FinishedInputs finished, StateStore store) {
    this.cluster = cluster;
    this.stage = stage;
    this.topic = stage.input().in(cluster.run());
    this.finished = finished;
    this.store = store;
  }

  /**
   * The first input without an outcome, in each partition that has one. Committed records only, so
   * nothing undecided lies before an offset found here.
   */
  Map<TopicPartition, Long> firstOpen() {
    try (TopicReader<byte[], byte[]> inputs = reader()) {
      return firstOpen(inputs, inputs.logEnds());
    }
  }

  /** Moves on over what has been finished meanwhile. */
  void moveOn() {
    finished.catchUp();
    try (TopicReader<byte[], byte[]> inputs = reader()) {
      firstOpen(inputs, inputs.committedEnds());
    }
  }

  private TopicReader<byte[], byte[]> reader() {
    TopicReader<byte[], byte[]> inputs = TopicReader.bytes(cluster, new ByteArrayDeserializer());
    Map<Integer, Long> settled = store.settled(stage.name());
    inputs.startAtBeginning(inputs.partitions(topic));
    Map<TopicPartition, Long> from = inputs.positions();
    from.replaceAll(
        (partition, first) -> Math.max(first, settled.getOrDefault(partition.partition(), first)));
    inputs.start(from);
    return inputs;
  }

  /** One partition after the other, each to its first open input. */
  private Map<TopicPartition, Long> firstOpen(
      TopicReader<byte[], byte[]> inputs, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> first = new HashMap<>();
    try (InputReader<I> reader = new InputReader<>(cluster, stage)) {
      ends.forEach(
          (partition, end) ->
              inputs.readTo(
                  Map.of(partition, end),
                  () -> first.containsKey(partition),
                  record -> {
                    if (!first.containsKey(partition) && open(reader.read(record))) {
                      first.put(partition, record.offset());
                    }
                  }));
    }
    Map<Integer, Long> settled = new HashMap<>(store.settled(stage.name()));
    ends.keySet()
        .forEach(
            partition ->
                settled.put(
                    partition.partition(),
                    first.getOrDefault(partition, inputs.positions().get(partition))));
    store.settled(stage.name(), topic, settled);
    return first;
  }

  private boolean open(Input<I> input) {
    return !finished.contains(input.outcomeId())
        && input.event().map(stage.agent()::wants).orElse(true);
  }
}
