package orcaflow.cli.stall;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.EventWriter;
import orcaflow.cli.run.Part;
import orcaflow.events.Iteration;
import orcaflow.events.Lineage;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.Stall;
import orcaflow.events.StallCause;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.stack.Registry;
import orcaflow.stack.RegistryCheck;
import orcaflow.stack.SharedStack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.StreamsService;
import orcaflow.testing.Await;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a run that stands, on a real broker. */
class StallWatchIT {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path dir;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private volatile Optional<StallWatch.Rows> rows = Optional.empty();
  private Cluster cluster;

  @BeforeEach
  void topics(TestInfo test) {
    cluster = SharedStack.get().cluster("stall-" + test.getTestMethod().orElseThrow().getName());
    TopicCatalogue.apply(cluster, 1, 1);
  }

  @Test
  void namesWhoStandsAndWhyUntilItMovesAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      EventWriter.write(cluster, Topics.PROBLEMS, problem("What is %d + 1?".formatted(i)));
    }
    EventWriter.write(cluster, Topics.ITERATIONS, iteration(1));
    try (StallWatch watch = watch(this::causes)) {
      await(watch, "STALLED solve (agents): nothing for ");
      await(watch, "STALLED ask-me-anything and suggest-and-edit (agents): nothing for ");
      await(watch, "STALLED the trainer: nothing for ");
      assertThat(said)
          .filteredOn(line -> line.contains("solve"))
          .singleElement()
          .asString()
          .endsWith("while 3 wait: no process of the agents is in group " + cluster.named("solve"));
      assertThat(said)
          .filteredOn(line -> line.contains("trainer"))
          .singleElement()
          .asString()
          .contains("while 1 waits: no step comes");
      assertThat(stalledSeconds("solve")).isBetween(10.0, 1000.0);
      assertThat(stalledSeconds("grade")).isZero();

      solveAll();
      EventWriter.write(cluster, Topics.POLICIES, policy());
      await(watch, "solve (agents): moves again after ");
      await(watch, "the trainer: moves again after ");
      assertThat(stalledSeconds("solve")).isZero();
      Await.until(
          "that solve moves again, as an event",
          Await.LIMIT,
          () -> {
            watch.say(said::add);
            List<Stall> stalls = stalls("solve");
            return !stalls.isEmpty() && stalls.get(stalls.size() - 1).getMoves();
          });
    }
    List<Stall> solve = stalls("solve");
    Stall stands = solve.get(0);
    Stall moves = solve.get(solve.size() - 1);
    assertThat(stands.getCause()).isEqualTo(StallCause.NO_MEMBER);
    assertThat(stands.getMoves()).isFalse();
    assertThat(stands.getWaiting()).isEqualTo(3);
    assertThat(moves.getMoves()).isTrue();
    assertThat(moves.getBegin()).isEqualTo(stands.getBegin());
    assertThat(stalls("train")).extracting(Stall::getCause).containsOnly(StallCause.SILENT);
  }

  @Test
  void saysThatRowsDoNotComeWhereNothingIsUnderWay() throws Exception {
    rows = Optional.of(new StallWatch.Rows(40, 100));
    try (StallWatch watch = watch(this::causes)) {
      await(watch, "STALLED rows for the next iteration: nothing for ");
      assertThat(said)
          .singleElement()
          .asString()
          .contains("while 60 are wanted: nothing is under way");
      rows = Optional.empty();
      await(watch, "rows for the next iteration: moves again");
    }
  }

  /** Its member is there, and the partition is given to none. */
  @Test
  void namesAPartitionThatNoMemberHas() throws Exception {
    for (int i = 0; i < 3; i++) {
      EventWriter.write(cluster, Topics.PROBLEMS, problem("What is %d + 1?".formatted(i)));
    }
    String partition = Topics.PROBLEMS.in(cluster.run()) + "-0";
    String group = cluster.named("solve");
    takeFromTheBeginning(group);
    try (KafkaShareConsumer<byte[], byte[]> stage = solving(1);
        Admin admin = Admin.create(cluster.clientSettings())) {
      Await.until(
          "that the group is at the problem",
          Await.LIMIT,
          () -> !stage.poll(Duration.ofMillis(300)).isEmpty());
      Cause silent = causeOfSolve(admin);
      assertThat(silent.kind()).isEqualTo(StallCause.SILENT);
      assertThat(silent.sentence()).contains("finishes nothing of " + partition + " (");

      stage.subscribe(List.of(Topics.ITERATIONS.in(cluster.run())));
      Await.until(
          "that the partition is given to none",
          Await.LIMIT,
          () -> {
            stage.poll(Duration.ofMillis(300));
            return causeOfSolve(admin).kind() == StallCause.NO_MEMBER;
          });
      assertThat(causeOfSolve(admin).sentence())
          .matches(
              "the brokers give %s \\([12] wait\\) to no member of group %s"
                  .formatted(Pattern.quote(partition), Pattern.quote(group)));
    }
  }

  private Cause causeOfSolve(Admin admin) {
    try {
      return causes(admin).of(Part.SOLVE, Optional.empty());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The group moves over inputs that the stage does not want. */
  @Test
  void namesAPartThatOnlyPassesOverInputs() throws Exception {
    for (int i = 0; i < 300; i++) {
      EventWriter.write(cluster, Topics.PROBLEMS, problem("What is %d + 1?".formatted(i)));
    }
    Cause wait = new Cause(StallCause.ENDPOINT, "waiting for it: HTTP 429");
    takeFromTheBeginning(cluster.named("solve"));
    try (KafkaShareConsumer<byte[], byte[]> stage = solving(1);
        StallWatch watch =
            watch(admin -> new Causes(cluster, admin, Optional.of(dir), 0, () -> List.of(wait)))) {
      Await.until(
          "that solve is named",
          Await.LIMIT,
          () -> {
            stage.poll(Duration.ofMillis(300));
            stage.commitSync();
            watch.say(said::add);
            return said.stream().anyMatch(line -> line.startsWith("STALLED solve (agents)"));
          });
    }
    assertThat(said)
        .filteredOn(line -> line.startsWith("STALLED solve (agents)"))
        .first()
        .asString()
        .endsWith(": waiting for it: HTTP 429");
    assertThat(said).noneMatch(line -> line.startsWith("solve (agents): moves again"));
  }

  /** An iteration takes rollouts of a number of problems, and further problems come in. */
  @Test
  void saysThatTooFewRolloutsAreDecidedWhereProblemsComeIn() throws Exception {
    EventWriter.write(cluster, Topics.PROBLEMS, problem("What is 1 + 1?"));
    gradeARollout();
    rows = Optional.of(new StallWatch.Rows(40, 100));
    try (StallWatch watch = watch(this::causes)) {
      await(watch, "STALLED rows for the next iteration: nothing for ");
      assertThat(said)
          .filteredOn(line -> line.contains("rows for the next iteration"))
          .singleElement()
          .asString()
          .contains("while 60 are wanted: every rollout that was asked for is in and graded")
          .endsWith("the iteration needs more 'problems' or fewer 'rows'");
    }
  }

  /** The streams have committed a rollout, whatever is in it. */
  private void gradeARollout() throws Exception {
    String topic = Topics.STUDENT_ROLLOUTS.in(cluster.run());
    Map<String, Object> settings = cluster.clientSettings();
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Admin admin = Admin.create(settings)) {
      producer.send(new ProducerRecord<>(topic, 0, new byte[1], new byte[1])).get();
      admin
          .alterConsumerGroupOffsets(
              StreamsService.group(cluster),
              Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)))
          .all()
          .get();
    }
  }

  @Test
  void namesARegistryThatIsAwayThoughNothingWaitsForIt() throws Exception {
    try (Registry registry = Registry.start(dir.resolve("registry"))) {
      cluster = new Cluster(cluster.bootstrap(), registry.url(), cluster.run());
      try (StallWatch watch = watch(this::causes)) {
        registry.close();
        await(watch, "STALLED the schema registry: nothing for ");
        assertThat(said)
            .singleElement()
            .asString()
            .contains("the schema registry at " + registry.url() + " does not answer: ");
      }
    }
  }

  @Test
  void theRegistryTheDiskAndTheEndpointsComeFirst() throws Exception {
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      Cluster away = new Cluster(cluster.bootstrap(), "http://127.0.0.1:1", cluster.run());
      Cause wait = new Cause(StallCause.ENDPOINT, "waiting for it: HTTP 429");
      Optional<Path> here = Optional.of(dir);

      Cause registry =
          new Causes(away, admin, here, Long.MAX_VALUE, () -> List.of(wait))
              .of(Part.GRADE, RegistryCheck.complaint(away));
      assertThat(registry.kind()).isEqualTo(StallCause.REGISTRY);
      assertThat(registry.sentence())
          .startsWith("the schema registry at http://127.0.0.1:1 does not answer: ");

      Optional<String> complaint = RegistryCheck.complaint(cluster);
      assertThat(complaint).isEmpty();
      Cause disk =
          new Causes(cluster, admin, here, Long.MAX_VALUE, () -> List.of(wait))
              .of(Part.TRAIN, complaint);
      assertThat(disk.kind()).isEqualTo(StallCause.DISK);
      assertThat(disk.sentence()).startsWith("the disk of " + dir).endsWith(" MiB left");

      Causes causes = new Causes(cluster, admin, here, 0, () -> List.of(wait, wait));
      assertThat(causes.of(Part.SAMPLE, complaint)).isEqualTo(wait);
      assertThat(causes.of(Part.GRADE, complaint).kind())
          .as("no endpoint")
          .isEqualTo(StallCause.NO_MEMBER);
    }
  }

  @Test
  void theTrainerIsSeenAgainAfterItsEventsWereRemoved() throws Exception {
    for (int i = 0; i < 3; i++) {
      EventWriter.write(cluster, Topics.ITERATIONS, iteration(1));
    }
    EventWriter.write(cluster, Topics.POLICIES, policy());
    try (TrainingPosition training = TrainingPosition.open(cluster);
        Admin admin = Admin.create(cluster.clientSettings())) {
      assertThat(training.now().orElseThrow().waiting()).isZero();
      admin.deleteTopics(List.of(Topics.ITERATIONS.in(cluster.run()))).all().get();
      TopicCatalogue.apply(cluster, 1, 1);
      EventWriter.write(cluster, Topics.ITERATIONS, iteration(2));
      Await.until(
          "that M2 is seen, behind fewer records than were read before",
          Await.LIMIT,
          () -> training.now().filter(position -> position.waiting() == 1).isPresent());
      assertThat(training.complaint()).isEmpty();
    }
  }

  /** A trainer that is started again does not step once more. */
  @Test
  void theTrainerMayJudgeAfterARestart() throws Exception {
    EventWriter.write(cluster, Topics.ITERATIONS, iteration(1));
    for (int step = 1; step <= 2; step++) {
      EventWriter.write(cluster, Topics.TRAINING_STEPS, step(step, 2));
    }
    try (TrainingPosition training = TrainingPosition.open(cluster)) {
      assertThat(training.now().orElseThrow().waiting()).isZero();
    }
  }

  private StallWatch watch(Function<Admin, Causes> causes) {
    return StallWatch.start(cluster, causes, StallDetector.LIMIT, () -> rows, meters);
  }

  private Causes causes(Admin admin) {
    return new Causes(cluster, admin, Optional.of(dir), 0, List::of);
  }

  private void await(StallWatch watch, String begin) {
    Await.until(
        begin,
        Await.LIMIT,
        () -> {
          watch.say(said::add);
          return said.stream().anyMatch(line -> line.startsWith(begin));
        });
  }

  private double stalledSeconds(String part) {
    return meters.get("orcaflow.stalled.seconds").tag("part", part).gauge().value();
  }

  private List<Stall> stalls(String part) {
    return CommittedTopic.readable(cluster, Topics.STALLS, record -> {}).stream()
        .filter(stall -> stall.getPart().equals(part))
        .toList();
  }

  /** A process takes part in the group and finishes all that waits. */
  private void solveAll() throws Exception {
    takeFromTheBeginning(cluster.named("solve"));
    try (KafkaShareConsumer<byte[], byte[]> consumer = solving(500)) {
      int taken = 0;
      while (taken < 3) {
        taken += consumer.poll(Duration.ofMillis(200)).count();
      }
      consumer.commitSync();
    }
  }

  private KafkaShareConsumer<byte[], byte[]> solving(int batch) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put("group.id", cluster.named("solve"));
    settings.put("max.poll.records", batch);
    settings.put("share.acquire.mode", "record_limit");
    KafkaShareConsumer<byte[], byte[]> consumer =
        new KafkaShareConsumer<>(
            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(Topics.PROBLEMS.in(cluster.run())));
    return consumer;
  }

  private void takeFromTheBeginning(String group) throws Exception {
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, group),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("share.auto.offset.reset", "earliest"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static Problem problem(String question) {
    return Problem.newBuilder()
        .setId(Ids.problem(question))
        .setCandidateId(Ids.candidate(question, "seed", 0, 0))
        .setQuestion(question)
        .setLineage(
            Lineage.newBuilder()
                .setSeed("00000000000000000000000000000001")
                .setAgent("seed")
                .setRound(0)
                .setIndex(0)
                .setTime(TIME)
                .build())
        .build();
  }

  private static Iteration iteration(int number) {
    return Iteration.newBuilder()
        .setId("run/M" + number)
        .setNumber(number)
        .setName("M" + number)
        .setAlgorithm("sft")
        .setRecipe("small@test")
        .setRanges(List.of())
        .setTime(TIME)
        .build();
  }

  private static TrainingStep step(int number, int of) {
    return TrainingStep.newBuilder()
        .setId("M1/" + number)
        .setIteration("M1")
        .setAlgorithm("sft")
        .setStep(number)
        .setSteps(of)
        .setLoss(1)
        .setGradNorm(1)
        .setLearningRate(1e-3)
        .setExamples(2)
        .setTokens(20)
        .setSeconds(1)
        .setTime(TIME)
        .build();
  }

  private static Policy policy() {
    return Policy.newBuilder()
        .setVersion("main-M1-1-abcdef01")
        .setIteration(1)
        .setName("M1")
        .setAlgorithm("sft")
        .setStep(1)
        .setExamples(2)
        .setSeconds(1)
        .setWeightsHash("abcdef01")
        .setLocation("/nowhere")
        .setTime(TIME)
        .build();
  }
}
