package orcaflow.agents.stage.worker;

import static orcaflow.agents.stage.worker.StageLab.LIMITS;
import static orcaflow.agents.stage.worker.StageLab.STAGE;
import static orcaflow.agents.stage.worker.StageLab.copied;
import static orcaflow.agents.stage.worker.StageLab.copies;
import static orcaflow.agents.stage.worker.StageLab.copy;
import static orcaflow.agents.stage.worker.StageLab.fates;
import static orcaflow.agents.stage.worker.StageLab.ids;
import static orcaflow.agents.stage.worker.StageLab.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Topics;
import orcaflow.schemas.TraceParent;
import orcaflow.schemas.Traces;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.service.Spans;
import orcaflow.testing.Await;
import orcaflow.testing.SpanReceiver;
import orcaflow.testing.SpanReceiver.Received;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stage on a real broker, with agents that behave well and badly. */
@Timeout(Await.LIMIT_SECONDS)
class StageIT {

  @RegisterExtension static final StageStack STACK = new StageStack();

  StageLab stages;

  @BeforeEach
  void newRun() {
    stages = STACK.stages();
  }

  /** Retention, or a person, has removed inputs while no agents ran. */
  @Test
  void inputsThatWereRemovedUnreadAreCounted() throws Exception {
    stages.lab.write(Topics.PROBLEMS, problems(5));
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("all are done", () -> stage.counts().done() == 5);
      assertThat(removed()).isZero();
    }
    stages.lab.write(Topics.PROBLEMS, problems(9).subList(5, 9));
    TopicPartition partition =
        new TopicPartition(Topics.PROBLEMS.in(stages.lab.cluster().run()), 0);
    try (Admin admin = Admin.create(stages.lab.cluster().clientSettings())) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(8))).all().get();
    }
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("the rest is done", () -> stage.counts().done() == 6);
      assertThat(removed()).isEqualTo(3);
    }
  }

  private double removed() {
    return stages.monitoring.registry().get("orcaflow.stage.removed").counter().count();
  }

  @Test
  void everyInputHasItsFate() {
    List<Problem> problems = problems(60);
    stages.lab.write(Topics.PROBLEMS, problems);
    Set<String> skipped = ids(problems.subList(0, 10));
    Set<String> broken = ids(problems.subList(10, 15));
    Set<String> unwanted = ids(problems.subList(15, 35));
    Agent<Problem> agent =
        new Agent<>() {
          @Override
          public boolean wants(Problem input) {
            return !unwanted.contains(input.getId());
          }

          @Override
          public Future<Reply> work(Problem input) {
            if (broken.contains(input.getId())) {
              throw new IllegalStateException("cannot be worked on");
            }
            return Future.succeededFuture(
                skipped.contains(input.getId()) ? new Reply.Skipped("dull") : copy(input));
          }
        };
    try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
      Lab.await("all have a fate", () -> fates(stage) == 60);
      assertThat(stage.counts()).isEqualTo(new StageCounts(60, 25, 10, 5, 20, 0, 0, 0, 25));
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES))
        .containsExactlyInAnyOrderElementsOf(copies(problems.subList(35, 60)));
    List<StageOutcome> outcomes = stages.lab.read(Topics.STAGE_OUTCOMES);
    assertThat(outcomes).hasSize(40);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.getOutcome() == OutcomeKind.SKIPPED)
        .hasSize(10)
        .allMatch(outcome -> outcome.getReason().equals("dull") && outcome.getOutputs() == 0);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.getOutcome() == OutcomeKind.DEAD)
        .extracting(StageOutcome::getInputId)
        .containsExactlyInAnyOrderElementsOf(broken);
    assertThat(stages.lab.readDeadLetters(Topics.PROBLEMS))
        .hasSize(5)
        .allSatisfy(
            letter -> {
              assertThat(header(letter, "__streams.errors.exception"))
                  .isEqualTo("java.lang.IllegalStateException");
              assertThat(header(letter, "__streams.errors.message"))
                  .isEqualTo("cannot be worked on");
              assertThat(header(letter, "__streams.errors.topic"))
                  .isEqualTo(Topics.PROBLEMS.in(stages.lab.cluster().run()));
              assertThat(header(letter, "orcaflow.stage")).isEqualTo(STAGE);
              assertThat(header(letter, "orcaflow.attempts")).isEqualTo("1");
            });
  }

  @Test
  void bytesThatAreNoEventGoToTheDeadLettersAsTheyWere() {
    byte[] noise = "no event".getBytes(StandardCharsets.UTF_8);
    stages.lab.writeBytes(
        Topics.PROBLEMS.in(stages.lab.cluster().run()), List.of(Map.entry("key", noise)));
    stages.lab.write(Topics.PROBLEMS, problems(3));
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("all have a fate", () -> fates(stage) == 4);
      assertThat(stage.counts().dead()).isEqualTo(1);
      assertThat(stage.counts().done()).isEqualTo(3);
    }
    assertThat(stages.lab.readDeadLetters(Topics.PROBLEMS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).isEqualTo(noise));
  }

  @Test
  void whatIsFinishedIsStoredWhileASlowCallGoesOn() {
    stages.lab.write(Topics.PROBLEMS, problems(10));
    String slowest = problems(10).get(3).getId();
    Promise<Reply> never = Promise.promise();
    StageLimits quick =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ofMillis(100));
    try (RunningStage<Problem> stage =
        stages.run(
            "0", input -> input.getId().equals(slowest) ? never.future() : copied(input), quick)) {
      Lab.await("nine are done", () -> stage.counts().done() == 9);
      assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(9);
    }
  }

  @Test
  void closingDrainsWhatIsInFlight() throws InterruptedException {
    stages.lab.write(Topics.PROBLEMS, problems(10));
    CountDownLatch begun = new CountDownLatch(10);
    Promise<Void> open = Promise.promise();
    Agent<Problem> agent =
        input -> {
          begun.countDown();
          return open.future().map(opened -> copy(input));
        };
    RunningStage<Problem> stage = stages.run("0", agent, LIMITS);
    begun.await();
    stage.stopTaking();
    open.complete();
    stage.close();
    assertThat(stage.counts()).isEqualTo(new StageCounts(10, 10, 0, 0, 0, 0, 0, 0, 10));
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10);
  }

  @Test
  void aFinishedInputThatComesAgainIsOnlyAcknowledged() {
    List<Problem> problems = problems(10);
    stages.lab.write(Topics.PROBLEMS, problems);
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("all are done", () -> stage.counts().done() == 10);
    }
    stages.lab.write(Topics.PROBLEMS, problems);
    try (RunningStage<Problem> stage =
        stages.run("0", StageLab::copied, LIMITS, stages.newProcess())) {
      Lab.await("all are met again", () -> stage.counts().repeated() == 10);
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10).doesNotHaveDuplicates();
    assertThat(stages.lab.ids(Topics.STAGE_OUTCOMES)).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void aRedrivenInputIsWorkedOnOnceMoreAndNotTwice() {
    stages.lab.write(Topics.PROBLEMS, problems(2));
    AtomicBoolean broken = new AtomicBoolean(true);
    String hard = problems(1).get(0).getId();
    Agent<Problem> agent =
        input -> {
          if (broken.get() && input.getId().equals(hard)) {
            throw new IllegalStateException("cannot be worked on");
          }
          return copied(input);
        };
    try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
      Lab.await("one is dead", () -> fates(stage) == 2);
      broken.set(false);
      redrive(stages.lab.readDeadLetters(Topics.PROBLEMS).get(0), 2);
      Lab.await("it is done", () -> stage.counts().done() == 2);
      Lab.await("its copy is met again", () -> stage.counts().repeated() == 1);
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES))
        .containsExactlyInAnyOrderElementsOf(copies(problems(2)));
    List<StageOutcome> outcomes = stages.lab.read(Topics.STAGE_OUTCOMES);
    assertThat(outcomes).extracting(StageOutcome::getId).hasSize(3).doesNotHaveDuplicates();
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.getInputId().equals(hard))
        .extracting(StageOutcome::getOutcome)
        .containsExactly(OutcomeKind.DEAD, OutcomeKind.DONE);
  }

  @Test
  void whatIsMadeOfAnInputIsInItsTrace() {
    List<Problem> problems = problems(4);
    stages.lab.write(Topics.PROBLEMS, problems);
    String broken = problems.get(0).getId();
    Agent<Problem> agent =
        input -> {
          if (input.getId().equals(broken)) {
            throw new IllegalStateException("cannot be worked on");
          }
          return copied(input);
        };
    try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
      Lab.await("all have a fate", () -> fates(stage) == 4);
    }
    Traces inputs = Traces.of(Topics.PROBLEMS, stages.lab.cluster().run());
    Map<String, TraceParent> sources =
        problems.stream().collect(Collectors.toMap(Problem::getId, inputs::parent));
    assertThat(stages.lab.records(Topics.PROBLEM_CANDIDATES))
        .hasSize(3)
        .allSatisfy(record -> isInTraceOf(sources, record.key(), record));
    assertThat(stages.lab.records(Topics.STAGE_OUTCOMES))
        .hasSize(4)
        .allSatisfy(record -> isInTraceOf(sources, record.value().getInputId(), record));
    assertThat(stages.lab.readDeadLetters(Topics.PROBLEMS))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(TraceParent.in(letter.headers())).contains(sources.get(broken));
              assertThat(TraceParent.in(LetterHeaders.redriven(letter.headers())))
                  .contains(sources.get(broken));
            });
  }

  @Test
  void theWorkOnAnInputAndItsOutputsAreSpans() {
    List<Problem> problems = problems(3);
    String broken = problems.get(0).getId();
    Agent<Problem> agent =
        input -> {
          if (input.getId().equals(broken)) {
            throw new IllegalStateException("cannot be worked on");
          }
          return copied(input);
        };
    String run = stages.lab.cluster().run();
    try (SpanReceiver collector = new SpanReceiver()) {
      stages.spans =
          Spans.of(
              stages.lab.cluster().seenBy(false, Optional.of(collector.url())),
              "agents",
              stages.monitoring);
      stages.lab.write(Topics.PROBLEMS, problems);
      try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
        Lab.await("all have a fate", () -> fates(stage) == 3);
      }
      stages.spans.close();

      Map<String, Received> byId =
          collector.spans().stream().collect(Collectors.toMap(Received::spanId, span -> span));
      for (ConsumerRecord<String, Problem> input : stages.lab.records(Topics.PROBLEMS)) {
        TraceParent source = TraceParent.in(input.headers()).orElseThrow();
        Received work =
            byId.get(Traces.of(Topics.PROBLEMS, run).work(STAGE, input.value()).spanId());
        assertThat(work.name()).isEqualTo("process " + input.topic());
        assertThat(work.traceId()).isEqualTo(source.traceId());
        assertThat(work.parent()).as("the span that wrote the input").isEqualTo(source.spanId());
        assertThat(work.failed()).isEqualTo(input.key().equals(broken));
        assertThat(work.attributes())
            .containsEntry("messaging.kafka.offset", Long.toString(input.offset()))
            .containsEntry("orcaflow.outcome", work.failed() ? "dead" : "done");
      }
      for (ConsumerRecord<String, ?> output : stages.lab.records(Topics.PROBLEM_CANDIDATES)) {
        TraceParent own = TraceParent.in(output.headers()).orElseThrow();
        Received sent = byId.get(own.spanId());
        assertThat(sent.name()).isEqualTo("send " + output.topic());
        assertThat(sent.traceId()).isEqualTo(own.traceId());
        assertThat(byId.get(sent.parent()).name()).isEqualTo("process " + run + ".problems");
      }
      assertThat(byId).hasSize(5);
    }
  }

  private static void isInTraceOf(
      Map<String, TraceParent> sources, String input, ConsumerRecord<?, ?> record) {
    TraceParent parent = TraceParent.in(record.headers()).orElseThrow();
    assertThat(parent.traceId()).isEqualTo(sources.get(input).traceId());
    assertThat(parent.spanId()).isNotEqualTo(sources.get(input).spanId());
  }

  /** Writes the record of a letter back, as {@code ./orcaflow dlq redrive} does, some times. */
  private void redrive(ConsumerRecord<byte[], byte[]> letter, int times) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.producer(stages.lab.cluster()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < times; i++) {
        producer.send(
            new ProducerRecord<>(
                header(letter, LetterHeaders.TOPIC),
                0,
                letter.key(),
                letter.value(),
                LetterHeaders.redriven(letter.headers())));
      }
    }
  }

  @Test
  void aLaterStartLooksOnlyAtWhatIsNotSettled() {
    stages.lab.write(Topics.PROBLEMS, problems(10));
    String open = problems(12).get(10).getId();
    Agent<Problem> agent =
        input ->
            input.getId().equals(open)
                ? Future.succeededFuture(new Reply.Postponed("not yet"))
                : StageLab.copied(input);
    try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
      Lab.await("all are done", () -> stage.counts().done() == 10);
      assertThat(settled(stage)).isEqualTo(10);
      stages.lab.write(Topics.PROBLEMS, problems(12).subList(10, 12));
      Lab.await("one is done", () -> stage.counts().done() == 11);
      assertThat(settled(stage)).as("an input before it is open").isEqualTo(10);
    }
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("the rest is done", () -> stage.counts().done() == 12);
      assertThat(settled(stage)).isEqualTo(12);
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(12).doesNotHaveDuplicates();
  }

  /** Offset of the one partition up to which all inputs are settled. */
  private long settled(RunningStage<Problem> stage) {
    stage.noteSettled();
    return stages.known.store().settled(StageLab.STAGE).getOrDefault(0, 0L);
  }

  @Test
  void twoProcessesOfOneNameDoubleNothing() {
    stages.lab.write(Topics.PROBLEMS, problems(5));
    try (RunningStage<Problem> first = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("the first works", () -> first.counts().done() == 5);
      try (RunningStage<Problem> second =
          stages.run("0", StageLab::copied, LIMITS, stages.newProcess())) {
        Lab.await("the second is there", second::ready);
        List<Problem> more = new ArrayList<>(problems(40));
        more.removeAll(problems(5));
        stages.lab.write(Topics.PROBLEMS, more);
        Lab.await("all are done", () -> stages.lab.ids(Topics.PROBLEM_CANDIDATES).size() >= 40);
      }
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(40).doesNotHaveDuplicates();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
