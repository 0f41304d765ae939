package orcaflow.streams.schedule;

import java.util.Optional;
import orcaflow.events.Policy;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.streams.TopologyNodes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The newest policy, in a global store with one entry, so that every task sees it although the
 * topic policies has one partition. In memory, because the topic is read again at each start.
 */
final class NewestPolicy implements Processor<String, Policy, Void, Void> {

  private static final String STORE = "schedule-policies";
  private static final String NEWEST = "newest";

  private KeyValueStore<String, Policy> store;

  static void addTo(Topology topology, TopologyNodes nodes) {
    topology.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE),
                org.apache.kafka.common.serialization.Serdes.String(),
                Serdes.<Policy>serde(nodes.cluster()))
            .withLoggingDisabled(),
        TopologyNodes.in(Topics.POLICIES),
        new StringDeserializer(),
        nodes.<Policy>retryingValues(),
        Topics.POLICIES.in(nodes.cluster().run()),
        "schedule-newest-policy",
        NewestPolicy::new);
  }

  /** Reads the store from any task. */
  static Optional<Policy> in(ProcessorContext<?, ?> context) {
    ReadOnlyKeyValueStore<String, Policy> policies = context.getStateStore(STORE);
    return Optional.ofNullable(policies.get(NEWEST));
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    store = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, Policy> record) {
    Policy current = store.get(NEWEST);
    if (current == null || Requests.isNewer(record.value(), current)) {
      store.put(NEWEST, record.value());
    }
  }
}
