package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.stack.AccessRules;
import orcaflow.stack.AccessRules.Part;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the user of a part may do with each topic of a run, against the rules. */
final class AccessMatrix {

  private static final Set<AclOperation> EXAMINED = Set.of(AclOperation.READ, AclOperation.WRITE);

  private AccessMatrix() {}

  /** By the broker's word for each topic; what is forbidden is tried, too. */
  static void touchesItsOwnTopicsOnly(Part part, Cluster cluster) throws Exception {
    Map<String, Set<AclOperation>> wanted = wanted(part, cluster.run());
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      for (Map.Entry<String, Set<AclOperation>> topic : wanted.entrySet()) {
        assertThat(permitted(admin, topic.getKey()))
            .as("%s on %s", part, topic.getKey())
            .isEqualTo(topic.getValue());
      }
    }
    List<String> forbidden =
        wanted.entrySet().stream()
            .filter(topic -> !topic.getValue().contains(AclOperation.WRITE))
            .map(Map.Entry::getKey)
            .toList();
    assertWritesRefused(part, cluster, forbidden);
    System.out.printf(
        "%s: reads or writes %d of %d topics, %d writes were refused%n",
        part.label(),
        wanted.values().stream().filter(operations -> !operations.isEmpty()).count(),
        wanted.size(),
        forbidden.size());
  }

  private static Map<String, Set<AclOperation>> wanted(Part part, String run) {
    Map<String, Set<AclOperation>> wanted = new TreeMap<>();
    for (Topic<?> topic : Topics.all()) {
      wanted.put(
          topic.in(run),
          operations(
              AccessRules.read(part).contains(topic), AccessRules.written(part).contains(topic)));
    }
    for (Topic<?> topic : Topics.withDeadLetters()) {
      wanted.put(
          topic.deadLettersIn(run),
          operations(part == Part.OPERATOR, AccessRules.withDeadLetters(part).contains(topic)));
    }
    return wanted;
  }

  private static Set<AclOperation> operations(boolean read, boolean write) {
    Set<AclOperation> operations = EnumSet.noneOf(AclOperation.class);
    if (read) {
      operations.add(AclOperation.READ);
    }
    if (write) {
      operations.add(AclOperation.WRITE);
    }
    return operations;
  }

  private static Set<AclOperation> permitted(Admin admin, String topic) throws Exception {
    Set<AclOperation> permitted = EnumSet.noneOf(AclOperation.class);
    try {
      permitted.addAll(
          admin
              .describeTopics(
                  List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues()
              .get(topic)
              .get()
              .authorizedOperations());
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(TopicAuthorizationException.class);
    }
    permitted.retainAll(EXAMINED);
    return permitted;
  }

  private static void assertWritesRefused(Part part, Cluster cluster, List<String> topics) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String topic : topics) {
        assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[1])).get())
            .as("%s writes %s", part, topic)
            .hasRootCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }
}
