package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Main;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.stack.Broker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The report over a run's topic, with a real broker. */
class ContaminationCommandIT {

  private static final String REGISTRY = "mock://contamination";
  private static final String COPIED = "Ann buys 3 apples and 4 pears. How many fruits has she?";

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void readsAllThatARunHasAdmittedAndNothingThatWasAborted() throws Exception {
    Path benchmark =
        Files.writeString(
            dir.resolve("b.jsonl"), "{\"id\":\"q\",\"question\":\"%s\"}\n".formatted(COPIED));
    Path pairs = dir.resolve("pairs.jsonl");
    try (Broker broker = Broker.start(dir.resolve("broker"))) {
      String topic = Topics.PROBLEMS.in("exp");
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
        admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
      }
      List<Problem> admitted = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        admitted.add(problem("Bob has %d marbles and loses one. How many remain?".formatted(i)));
      }
      admitted.add(problem(COPIED.toUpperCase(java.util.Locale.ROOT)));
      write(broker, topic, admitted, true);
      write(broker, topic, List.of(problem("Ann buys 3 apples. How many fruits has she?")), false);

      assertThat(
              run(
                  "contamination",
                  "--benchmark",
                  benchmark.toString(),
                  "--bootstrap",
                  broker.bootstrap(),
                  "--registry",
                  REGISTRY,
                  "--run",
                  "exp",
                  "--pairs",
                  pairs.toString(),
                  "-o",
                  "json"))
          .as(err.toString())
          .isZero();
      JsonNode facts = new ObjectMapper().readTree(out.toString());
      assertThat(facts.path("corpus").asText()).isEqualTo("run exp");
      assertThat(facts.path("report").path("problems").asInt()).isEqualTo(41);
      assertThat(facts.path("report").path("exactPairs").asInt()).isEqualTo(1);
      assertThat(Files.readAllLines(pairs))
          .hasSize(facts.path("report").path("pairs").asInt())
          .first()
          .asString()
          .contains("\"corpusId\":\"%s\"".formatted(Ids.problem(COPIED)), "\"exact\":true");

      assertThat(
              run(
                  "contamination",
                  "--benchmark",
                  benchmark.toString(),
                  "--bootstrap",
                  broker.bootstrap(),
                  "--registry",
                  REGISTRY,
                  "--run",
                  "other"))
          .isEqualTo(2);
      assertThat(err.toString()).contains("has no topic other.problems: is --run right?");
    }
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private static void write(Broker broker, String topic, List<Problem> problems, boolean commit) {
    try (KafkaProducer<String, Problem> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "transactional.id",
                commit ? "admit" : "aborted"),
            new StringSerializer(),
            Serdes.<Problem>serializer(new Cluster(broker.bootstrap(), REGISTRY, "exp")))) {
      producer.initTransactions();
      producer.beginTransaction();
      problems.forEach(p -> producer.send(new ProducerRecord<>(topic, p.getId(), p)));
      producer.flush();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  private static Problem problem(String question) {
    return Problem.newBuilder()
        .setId(Ids.problem(question))
        .setCandidateId("candidate")
        .setQuestion(question)
        .setLineage(
            Lineage.newBuilder()
                .setSeed("seed")
                .setAgent("seed")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }
}
