package orcaflow.agents;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.EventRecord;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.AccessRules;
import orcaflow.stack.PartTopics;
import orcaflow.stack.Stack;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** A run on a stack: puts events in and reads committed events out. */
public record Lab(Cluster cluster) {

  public static final Duration PATIENCE = Await.LIMIT;

  /** The defaults, with the state among what the build makes. */
  public static AgentsConfig config() {
    return AgentsConfig.defaults().in(Path.of("target", "agents"));
  }

  /** A new run with the topics of the agents. */
  public static Lab on(Stack stack, String run, int partitions) {
    Cluster cluster = stack.cluster(run);
    PartTopics.create(cluster, partitions, AccessRules.Part.AGENTS);
    return new Lab(cluster);
  }

  public <T extends SpecificRecord> void write(Topic<T> topic, Collection<T> events) {
    String name = topic.in(cluster.run());
    try (Serializer<T> serializer = Serdes.serializer(cluster)) {
      send(
          events.stream()
              .map(event -> EventRecord.of(name, topic.keyOf().apply(event), event, serializer)));
    }
  }

  public void writeBytes(String topic, Collection<Map.Entry<String, byte[]>> records) {
    send(
        records.stream()
            .map(
                record ->
                    new ProducerRecord<>(
                        topic,
                        record.getKey().getBytes(StandardCharsets.UTF_8),
                        record.getValue())));
  }

  private void send(Stream<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      records.forEach(producer::send);
    }
  }

  /** Every committed event. */
  public <T extends SpecificRecord> List<T> read(Topic<T> topic) {
    return records(topic).stream().map(ConsumerRecord::value).toList();
  }

  /** Every committed event with its headers. */
  public <T extends SpecificRecord> List<ConsumerRecord<String, T>> records(Topic<T> topic) {
    List<ConsumerRecord<String, T>> records = new ArrayList<>();
    try (TopicReader<String, T> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
      reader.readTo(reader.logEnds(), records::add);
    }
    return records;
  }

  public <T extends SpecificRecord> List<String> ids(Topic<T> topic) {
    return read(topic).stream().map(topic.idOf()).toList();
  }

  public List<ConsumerRecord<byte[], byte[]>> readDeadLetters(Topic<?> topic) {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (TopicReader<byte[], byte[]> reader =
        TopicReader.bytes(cluster, new ByteArrayDeserializer())) {
      reader.startAtBeginning(reader.partitions(topic.deadLettersIn(cluster.run())));
      reader.readTo(reader.committedEnds(), letters::add);
    }
    return letters;
  }

  public static Problem problem(String question) {
    return problem(question, lineage("seed", 0));
  }

  public static Problem problem(String question, Lineage lineage) {
    String id = Ids.problem(question);
    return Problem.newBuilder()
        .setId(id)
        .setCandidateId(Ids.candidate(question, "seed", 0, 0))
        .setQuestion(question)
        .setLineage(lineage)
        .build();
  }

  public static RolloutRequest request(String question, int samples) {
    String problem = Ids.problem(question);
    return RolloutRequest.newBuilder()
        .setId(Ids.request(problem, 2))
        .setProblemId(problem)
        .setQuestion(question)
        .setIteration(2)
        .setPolicyVersion("main-M1-1")
        .setSamples(samples)
        .setTemperature(0.7)
        .setTopP(0.95)
        .setMaxTokens(64)
        .setSeed(1)
        .setLineage(lineage("seed", 0))
        .build();
  }

  public static Lineage lineage(String agent, int round) {
    return Lineage.newBuilder()
        .setSeed("00000000000000000000000000000001")
        .setAgent(agent)
        .setRound(round)
        .setIndex(0)
        .setTime(Instant.EPOCH)
        .build();
  }

  /** Waits until it holds; fails with a sentence if it never does. */
  public static void await(String what, BooleanSupplier holds) {
    await(what, PATIENCE, holds);
  }

  /** The same with a patience of its own. */
  public static void await(String what, Duration patience, BooleanSupplier holds) {
    Await.until(what, patience, holds);
  }
}
