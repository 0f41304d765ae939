package orcaflow.agents.state;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.agents.state.StateStore.Kind;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.AdminAnswer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topics a store was made from. One of the same name that was made again has another id
 * (KIP-516); one that has lost its end, as after an unclean election, ends before a position of the
 * store.
 */
final class StateOrigin {

  private static final Logger LOG = LoggerFactory.getLogger(StateOrigin.class);

  private final StateStore store;
  private final Admin admin;

  private StateOrigin(StateStore store, Admin admin) {
    this.store = store;
    this.admin = admin;
  }

  /**
   * Empties the store unless it was made from these topics as they are.
   *
   * @throws KafkaException if the brokers do not say
   */
  static void check(StateStore store, Cluster cluster, Collection<Topic<?>> topics) {
    List<String> names = topics.stream().map(topic -> topic.in(cluster.run())).distinct().toList();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      new StateOrigin(store, admin).check(names);
    }
  }

  private void check(List<String> topics) {
    Map<String, TopicDescription> there =
        AdminAnswer.of(admin.describeTopics(topics).allTopicNames());
    Optional<String> reason = madeAgain(there).or(() -> cutOff(there));
    if (reason.isPresent()) {
      LOG.warn("the state is made again from the topics: {}", reason.get());
      store.clear();
    }
    there.forEach(
        (topic, description) ->
            store
                .table(Kind.ORIGIN)
                .put(topic, description.topicId().toString().getBytes(StandardCharsets.UTF_8)));
    store.flush();
  }

  private Optional<String> madeAgain(Map<String, TopicDescription> there) {
    return there.entrySet().stream()
        .filter(
            topic ->
                store
                    .table(Kind.ORIGIN)
                    .find(topic.getKey())
                    .map(id -> new String(id, StandardCharsets.UTF_8))
                    .filter(id -> !id.equals(topic.getValue().topicId().toString()))
                    .isPresent())
        .map(topic -> "the topic %s is another one".formatted(topic.getKey()))
        .findFirst();
  }

  private Optional<String> cutOff(Map<String, TopicDescription> there) {
    Map<TopicPartition, Long> known = new HashMap<>();
    for (SavedPositions saved : store.allPositions()) {
      if (there.containsKey(saved.topic())) {
        saved
            .offsets()
            .forEach(
                (partition, offset) ->
                    known.merge(new TopicPartition(saved.topic(), partition), offset, Math::max));
      }
    }
    return AdminAnswer.of(
            admin
                .listOffsets(
                    known.keySet().stream()
                        .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
                    new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all())
        .entrySet()
        .stream()
        .filter(end -> end.getValue().offset() < known.get(end.getKey()))
        .map(
            end ->
                "%s ends at offset %d and was read to %d"
                    .formatted(end.getKey(), end.getValue().offset(), known.get(end.getKey())))
        .findFirst();
  }
}
