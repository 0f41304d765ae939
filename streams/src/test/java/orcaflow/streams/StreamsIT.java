package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.AdminAnswer;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.stack.AccessRules;
import orcaflow.stack.PartTopics;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker and registry. */
class StreamsIT {

  private static final int PARTITIONS = 3;
  private static final int PROBLEMS = 120;
  private static final Duration LIMIT = Await.LIMIT;

  @TempDir static Path folder;
  private static Stack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @Test
  void killedInTheMiddleTwiceItEndsWithTheSameEventsAndNoneTwice() throws Exception {
    Cluster cluster = run("killed");
    Path state = folder.resolve("killed");
    try (RunTopics topics = new RunTopics(cluster)) {
      Process first = StreamsHolder.start(cluster, state, "rollouts");
      topics.write(candidates(0, PROBLEMS / 2));
      topics.writeInTransaction(Events.policy(1));
      topics.awaitCount(Topics.PROBLEMS, PROBLEMS / 4, LIMIT);
      first.destroyForcibly().onExit().join();

      topics.write(candidates(PROBLEMS / 2, PROBLEMS));
      topics.write(answers(2));
      Process second = StreamsHolder.start(cluster, state, "rollouts");
      topics.awaitCount(Topics.GRADED_ROLLOUTS, PROBLEMS / 4, LIMIT);
      second.destroyForcibly().onExit().join();

      try (StreamsService third = service(cluster, state)) {
        topics.awaitCount(Topics.ROLLOUT_REQUESTS, PROBLEMS, LIMIT);
        topics.writeInTransaction(Events.policy(2));
        assertWhole(topics);
        assertThat(third.state()).isEqualTo(KafkaStreams.State.RUNNING);
      }
    }
  }

  @Test
  void serviceThatIsStoppedAndStartedGoesOn() throws Exception {
    Cluster cluster = run("stopped");
    Path state = folder.resolve("stopped");
    try (RunTopics topics = new RunTopics(cluster)) {
      try (StreamsService service = service(cluster, state)) {
        assertThat(service.awaitRunning(LIMIT)).isTrue();
        assertThat(get(service, "/health/ready").statusCode()).isEqualTo(200);
        topics.write(candidates(0, PROBLEMS));
        topics.write(answers(2));
        topics.writeInTransaction(Events.policy(1));
        topics.awaitCount(Topics.ROLLOUT_REQUESTS, PROBLEMS, LIMIT);
        assertThat(get(service, "/metrics").body())
            .contains("orcaflow_admit_decisions_total{decision=\"admitted\",service=\"streams\"")
            .contains("kafka_stream_thread_");
      }
      topics.writeInTransaction(Events.policy(2));
      try (StreamsService service = service(cluster, state)) {
        assertWhole(topics);
        assertThat(service.ended()).isNotCompletedExceptionally();
      }
    }
  }

  /** As with the state folder of a cluster that was deleted, and a new one with the same run. */
  @Test
  void storesOfTopicsThatWereMadeAgainAreDropped() throws Exception {
    Cluster cluster = run("again");
    Path state = folder.resolve("again");
    for (int time = 1; time <= 2; time++) {
      try (RunTopics topics = new RunTopics(cluster);
          StreamsService service = service(cluster, state)) {
        assertThat(service.awaitRunning(LIMIT)).isTrue();
        topics.write(candidates(0, PROBLEMS));
        topics.awaitCount(Topics.PROBLEMS, PROBLEMS, LIMIT);
      }
      if (time == 1) {
        deleteAll(cluster);
        assertThat(run("again")).isEqualTo(cluster);
      }
    }
  }

  private static void deleteAll(Cluster cluster) {
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      Set<String> topics =
          AdminAnswer.of(admin.listTopics().names()).stream()
              .filter(topic -> topic.startsWith(cluster.named("")))
              .collect(Collectors.toSet());
      AdminAnswer.of(admin.deleteTopics(topics).all());
      Await.until(
          "the topics are gone",
          LIMIT,
          () -> AdminAnswer.of(admin.listTopics().names()).stream().noneMatch(topics::contains));
      AdminAnswer.of(admin.deleteConsumerGroups(List.of(StreamsService.group(cluster))).all());
    }
  }

  @Test
  void aRecordThatCannotBeReadIsPutAsideWithItsCause() throws Exception {
    Cluster cluster = run("poisoned");
    try (RunTopics topics = new RunTopics(cluster);
        StreamsService service = service(cluster, folder.resolve("poisoned"))) {
      writeRaw(cluster, Topics.PROBLEM_CANDIDATES.in("poisoned"), "k", "not Avro");
      String deadLetters = Topics.PROBLEM_CANDIDATES.deadLettersIn("poisoned");
      topics.awaitCount(deadLetters, 1, LIMIT);

      ConsumerRecord<byte[], byte[]> dead = topics.readRaw(deadLetters).get(0);
      assertThat(new String(dead.value(), StandardCharsets.UTF_8)).isEqualTo("not Avro");
      assertThat(dead.headers())
          .extracting(header -> header.key())
          .contains(
              "__streams.errors.exception",
              "__streams.errors.message",
              "__streams.errors.topic",
              "__streams.errors.partition",
              "__streams.errors.offset");
      topics.write(candidates(0, 1));
      topics.awaitCount(Topics.PROBLEMS, 1, LIMIT);
      assertThat(service.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  @Test
  void aPolicyThatCannotBeReadStopsTheServiceWithASentence() throws Exception {
    Cluster cluster = run("unreadable");
    try (StreamsService service = service(cluster, folder.resolve("unreadable"))) {
      assertThat(service.awaitRunning(LIMIT)).isTrue();
      writeRaw(cluster, Topics.POLICIES.in("unreadable"), "k", "not Avro");

      assertThatThrownBy(() -> service.ended().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(SerializationException.class)
          .cause()
          .hasMessageMatching("[^\n]+ \\(\\w+\\)");
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void withoutTopicsItDoesNotStart() {
    Cluster cluster = stack.cluster("nowhere");
    assertThatThrownBy(() -> service(cluster, folder.resolve("nowhere")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no topic nowhere.problem-candidates");
  }

  /** Everything that must come of the candidates, the answers and two policies, once. */
  private static void assertWhole(RunTopics topics) {
    Set<String> problems = new TreeSet<>();
    Set<String> requests = new TreeSet<>();
    for (int i = 0; i < PROBLEMS; i++) {
      String id = Ids.problem(question(i));
      problems.add(id);
      requests.add(Ids.request(id, 2));
      if (new RolloutShare(0.5).is(id, 3)) {
        requests.add(Ids.request(id, 3));
      }
    }
    topics.awaitCount(Topics.ROLLOUT_REQUESTS, requests.size(), LIMIT);
    topics.awaitCount(Topics.PREFERENCE_PAIRS, PROBLEMS, LIMIT);
    topics.awaitCount(Topics.STAGE_OUTCOMES, 2 * PROBLEMS, LIMIT);
    topics.awaitCount(Topics.REJECTED_CANDIDATES, PROBLEMS, LIMIT);

    assertThat(topics.ids(Topics.PROBLEMS)).isEqualTo(problems);
    assertThat(topics.ids(Topics.REJECTED_CANDIDATES))
        .isEqualTo(map(problems, id -> Ids.rejection(id, 0)));
    assertThat(topics.ids(Topics.ROLLOUT_REQUESTS)).isEqualTo(requests);
    assertThat(topics.ids(Topics.GRADED_ROLLOUTS))
        .isEqualTo(map(problems, id -> Ids.request(id, 2)));
    assertThat(topics.ids(Topics.DEMONSTRATIONS)).hasSize(PROBLEMS);
    assertThat(topics.ids(Topics.LABELLED_COMPLETIONS)).hasSize(2 * PROBLEMS);
    assertThat(topics.ids(Topics.PREFERENCE_PAIRS)).hasSize(PROBLEMS);
    assertThat(topics.ids(Topics.STAGE_OUTCOMES)).hasSize(2 * PROBLEMS);
    assertThat(topics.read(Topics.STAGE_OUTCOMES).stream().mapToInt(StageOutcome::getOutputs).sum())
        .isEqualTo(4 * PROBLEMS);
  }

  /** Retention, or a person, has removed candidates while the service was away. */
  @Test
  void candidatesThatWereRemovedUnreadAreCounted() throws Exception {
    Cluster cluster = run("removed");
    Path state = folder.resolve("removed");
    try (RunTopics topics = new RunTopics(cluster)) {
      topics.write(candidates(0, 6));
      try (StreamsService service = service(cluster, state)) {
        topics.awaitCount(Topics.PROBLEMS, 6, LIMIT);
        assertThat(get(service, "/metrics").body()).containsPattern(removed(0));
      }
      topics.write(candidates(6, 12));
      try (Admin admin = Admin.create(cluster.clientSettings())) {
        Map<TopicPartition, RecordsToDelete> all =
            IntStream.range(0, PARTITIONS)
                .mapToObj(p -> new TopicPartition(Topics.PROBLEM_CANDIDATES.in("removed"), p))
                .collect(Collectors.toMap(p -> p, p -> RecordsToDelete.beforeOffset(-1)));
        admin.deleteRecords(all).all().get();
      }
      topics.write(candidates(12, 18));
      try (StreamsService service = service(cluster, state)) {
        topics.awaitCount(Topics.PROBLEMS, 12, LIMIT);
        assertThat(get(service, "/metrics").body()).containsPattern(removed(12));
      }
    }
  }

  private static String removed(int offsets) {
    return "orcaflow_streams_removed_total\\{[^}]*} %d\\.0".formatted(offsets);
  }

  private static Cluster run(String name) {
    Cluster cluster = stack.cluster(name);
    PartTopics.create(cluster, PARTITIONS, AccessRules.Part.STREAMS);
    return cluster;
  }

  private static StreamsService service(Cluster cluster, Path state) {
    return StreamsService.start(
        cluster, StreamsConfig.embedded(state), Events.recipe(1, 0.5), List.of());
  }

  /** Every question twice, from different parents. */
  private static List<SpecificRecord> candidates(int from, int to) {
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(Events.candidate("a" + i, question(i)));
      events.add(Events.candidate("b" + i, question(i)));
    }
    return events;
  }

  /** Rollouts before solutions: the order is nobody's business. */
  private static List<SpecificRecord> answers(int iteration) {
    List<SpecificRecord> events = new ArrayList<>();
    IntStream.range(0, PROBLEMS)
        .forEach(i -> events.add(Events.rollout(question(i), iteration, "#### 5", "#### 6")));
    IntStream.range(0, PROBLEMS).forEach(i -> events.add(Events.solution(question(i), "5")));
    return events;
  }

  private static String question(int i) {
    return "Tom has %d apples and eats some. How many has he?".formatted(i);
  }

  private static Set<String> map(Set<String> ids, Function<String, String> other) {
    return new TreeSet<>(ids.stream().map(other).toList());
  }

  private static void writeRaw(Cluster cluster, String topic, String key, String value) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(
          new ProducerRecord<>(
              topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static HttpResponse<String> get(StreamsService service, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d%s".formatted(service.monitoringPort(), path)))
                .build(),
            BodyHandlers.ofString());
  }
}
