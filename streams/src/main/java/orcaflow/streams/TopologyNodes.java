package orcaflow.streams;

import java.util.function.Function;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.service.Spans;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Makes the sources, sinks and stores of a topology. The source of a topic is named {@code
 * <topic>-in}, its sink {@code <topic>-out}; the name of a store begins with its stage.
 *
 * @param cluster the run, and the registry of its schemas
 * @param storage where a store of the given name is kept: on disk or in memory
 * @param spans of what the stages do, where spans are sent
 */
public record TopologyNodes(
    Cluster cluster, Function<String, KeyValueBytesStoreSupplier> storage, StageSpans spans) {

  /** Tries after the first: about a minute and a half with the waits between them. */
  private static final int RETRIES = 10;

  /** Stores on disk. */
  public TopologyNodes(Cluster cluster, Spans spans) {
    this(cluster, Stores::persistentKeyValueStore, new StageSpans(spans, cluster.run()));
  }

  /** A stage with a span for each record that it works on, where spans are sent. */
  public <V extends SpecificRecord, W> ProcessorSupplier<String, V, String, W> seen(
      String stage, ProcessorSupplier<String, V, String, W> supplier) {
    return spans.of(stage, supplier);
  }

  /** Name of the source of a topic. */
  public static String in(Topic<?> topic) {
    return topic.name() + "-in";
  }

  /** Name of the sink of a topic, for {@code forward}. */
  public static String out(Topic<?> topic) {
    return topic.name() + "-out";
  }

  /** Adds the source of a topic. */
  public <T extends SpecificRecord> void read(Topology topology, Topic<T> topic) {
    topology.addSource(in(topic), new StringDeserializer(), values(), topic.in(cluster.run()));
  }

  /** Adds the sink of a topic, fed by the named stages. */
  public <T extends SpecificRecord> void write(
      Topology topology, Topic<T> topic, String... stages) {
    writeAs(out(topic), topology, topic, stages);
  }

  /** Adds a sink with a name of its own, for a topic that another sub-topology writes, too. */
  public <T extends SpecificRecord> void writeAs(
      String node, Topology topology, Topic<T> topic, String... stages) {
    topology.addSink(
        node,
        topic.in(cluster.run()),
        new StringSerializer(),
        spans.of(Serdes.<T>serializer(cluster)),
        stages);
  }

  /** A deserialiser of events that refuses a record without a value. */
  public <T extends SpecificRecord> Deserializer<T> values() {
    return new NonNullDeserializer<>(Serdes.deserializer(cluster));
  }

  /** The same with retries, for a reader that must survive an outage of the registry. */
  public <T extends SpecificRecord> Deserializer<T> retryingValues() {
    return new RetryingDeserializer<>(values(), RETRIES);
  }

  /** A store of events, with a changelog. */
  public <T extends SpecificRecord> StoreBuilder<KeyValueStore<String, T>> events(String name) {
    return store(name, Serdes.serde(cluster));
  }

  /** A store of small values, with a changelog. */
  public <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
    return Stores.keyValueStoreBuilder(
        storage.apply(name), org.apache.kafka.common.serialization.Serdes.String(), values);
  }
}
