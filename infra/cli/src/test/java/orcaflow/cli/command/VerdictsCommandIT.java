package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Printed;
import orcaflow.cli.audit.GradedGroups;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.answer.second.Disagreements;
import orcaflow.stack.Broker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a run's topics, with a real broker. */
class VerdictsCommandIT {

  private static final GradedRollout RIGHT =
      GradedGroups.group("a", "7", GradedGroups.completion("a-0", "#### 7", VerdictValue.MATCH));
  private static final GradedRollout WRONG =
      GradedGroups.group(
          "b",
          "7",
          GradedGroups.completion("b-0", "16 - 9 = 8\n#### 8", VerdictValue.MATCH),
          GradedGroups.completion("b-1", "#### red", VerdictValue.UNDECIDED));

  @TempDir private Path dir;

  @Test
  void listsWhatIsContradictedAndSaysSoByItsStatus() throws Exception {
    try (Broker broker = Broker.start(dir.resolve("broker"))) {
      Cluster cluster = new Cluster(broker.bootstrap(), "mock://audit", "main");
      assertThat(audit(cluster).text()).contains("has no topic main.graded-rollouts");

      create(cluster, Topics.GRADED_ROLLOUTS, Topics.VERDICT_DISAGREEMENTS);
      write(cluster, Topics.GRADED_ROLLOUTS, RIGHT);
      assertThat(audit(cluster).status()).isZero();

      write(cluster, Topics.GRADED_ROLLOUTS, WRONG);
      Printed printed = audit(cluster);
      assertThat(printed.status()).isEqualTo(1);
      assertThat(printed.text())
          .isEqualTo(
              """
              rollout b-0 of policy M1, iteration 2
                question        How many?
                completion      16 - 9 = 8\\n#### 8
                reference       7
                verdict         MATCH: judge:by hand
                second checker  DIFFERENT: other numbers: wanted 7, given 8
              3 verdicts: 2 decided by both, 1 agree, 1 disagree; 1 undecided, \
              the second checker is unsure of 1; 0 recorded before
              """);

      VerdictDisagreement event = Disagreements.of(WRONG).get(0);
      write(cluster, Topics.VERDICT_DISAGREEMENTS, event);
      assertThat(audit(cluster).text()).contains("1 disagree").endsWith("1 recorded before\n");
    }
  }

  @Test
  void listsWhatTheRulesOfThisBuildWouldGiveOtherwise() throws Exception {
    try (Broker broker = Broker.start(dir.resolve("broker"))) {
      Cluster cluster = new Cluster(broker.bootstrap(), "mock://moved", "main");
      create(cluster, Topics.GRADED_ROLLOUTS);
      write(cluster, Topics.GRADED_ROLLOUTS, RIGHT);
      Printed none = Printed.by(cluster, List.of("verdicts", "moved"));
      assertThat(none.status()).isZero();
      assertThat(none.text()).isEqualTo("1 verdicts of rules [0]: 0 would move by rules 4\n");

      GradedCompletion stored =
          GradedCompletion.newBuilder(
                  GradedGroups.completion("c-0", "16 - 9 = 8\n#### 8", VerdictValue.MATCH))
              .setReason("equal")
              .build();
      GradedRollout group =
          GradedRollout.newBuilder(GradedGroups.group("c", "7", stored)).setRulesVersion(3).build();
      write(cluster, Topics.GRADED_ROLLOUTS, group);
      write(cluster, Topics.GRADED_ROLLOUTS, group);

      Printed printed = Printed.by(cluster, List.of("verdicts", "moved"));
      assertThat(printed.status()).isEqualTo(1);
      assertThat(printed.text())
          .isEqualTo(
              """
              rollout c-0: MATCH (equal) -> MISMATCH (different); reference 7; 16 - 9 = 8\\n#### 8
              2 verdicts of rules [0, 3]: 1 would move by rules 4 {MATCH -> MISMATCH=1}
              """);
      JsonNode one =
          new ObjectMapper()
              .readTree(Printed.by(cluster, List.of("verdicts", "moved", "-o", "json")).text());
      assertThat(one.at("/moved/0/rollout").asText()).isEqualTo("c-0");
      assertThat(one.at("/counts/verdicts").asInt()).isEqualTo(2);
    }
  }

  private static Printed audit(Cluster cluster) {
    return Printed.by(cluster, List.of("verdicts", "audit"));
  }

  private static void create(Cluster cluster, Topic<?>... topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      for (Topic<?> topic : topics) {
        NewTopic created = new NewTopic(topic.in(cluster.run()), 3, (short) 1);
        admin.createTopics(List.of(created)).all().get();
      }
    }
  }

  private static <T extends SpecificRecord> void write(Cluster cluster, Topic<T> topic, T event) {
    try (KafkaProducer<String, SpecificRecord> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new StringSerializer(),
            Serdes.serializer(cluster))) {
      producer.send(
          new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event));
    }
  }
}
