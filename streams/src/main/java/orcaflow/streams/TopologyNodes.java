package orcaflow.streams;

import java.util.function.Function;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * How stages are tied to the topics of a run and to their stores. A node that reads a topic is
 * named {@code <topic>-in}, one that writes it {@code <topic>-out}; stores begin with their stage.
 *
 * @param cluster the run, and the registry its schemas are in
 * @param keeping where a store of that name is kept: on disk or in memory
 */
public record TopologyNodes(Cluster cluster, Function<String, KeyValueBytesStoreSupplier> keeping) {

  /** Tries after the first: about a minute and a half with the waits between them. */
  private static final int PATIENCE = 10;

  /** Stores on disk. */
  public TopologyNodes(Cluster cluster) {
    this(cluster, Stores::persistentKeyValueStore);
  }

  /** Name of the node that reads the topic. */
  public static String in(Topic<?> topic) {
    return topic.name() + "-in";
  }

  /** Name of the node that writes the topic, for {@code forward}. */
  public static String out(Topic<?> topic) {
    return topic.name() + "-out";
  }

  /** Reads a topic. */
  public <T extends SpecificRecord> void read(Topology topology, Topic<T> topic) {
    topology.addSource(in(topic), new StringDeserializer(), values(), topic.in(cluster.run()));
  }

  /** Writes a topic from the named stages. */
  public <T extends SpecificRecord> void write(
      Topology topology, Topic<T> topic, String... stages) {
    writeAs(out(topic), topology, topic, stages);
  }

  /** Writes a topic that another part of the topology writes, too, from a node of this name. */
  public <T extends SpecificRecord> void writeAs(
      String node, Topology topology, Topic<T> topic, String... stages) {
    topology.addSink(
        node,
        topic.in(cluster.run()),
        new StringSerializer(),
        Serdes.<T>serializer(cluster.registry()),
        stages);
  }

  /** Deserialiser of any event that refuses a record without a value. */
  public <T extends SpecificRecord> Deserializer<T> values() {
    return new NonNullDeserializer<>(Serdes.deserializer(cluster.registry()));
  }

  /** The same, for a reader that must not fail because the registry is away for a while. */
  public <T extends SpecificRecord> Deserializer<T> patientValues() {
    return new RetryingDeserializer<>(values(), PATIENCE);
  }

  /** A store of events, with a changelog. */
  public <T extends SpecificRecord> StoreBuilder<KeyValueStore<String, T>> events(String name) {
    return store(name, Serdes.serde(cluster.registry()));
  }

  /** A store of small values, with a changelog. */
  public <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
    return Stores.keyValueStoreBuilder(
        keeping.apply(name), org.apache.kafka.common.serialization.Serdes.String(), values);
  }
}
