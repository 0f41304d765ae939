package orcaflow.agents.stage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.service.MonitoringServer;
import orcaflow.stack.Stack;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The mechanism on a real broker, with agents that behave well and badly. */
@Timeout(150)
class StageIT {

  private static final String STAGE = "copy";
  private static final StageLimits LIMITS =
      new StageLimits(
          1,
          100,
          Duration.ofSeconds(3),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10));

  @TempDir static Path dir;
  static Stack stack;
  static Vertx vertx;

  Lab lab;
  MonitoringServer monitoring;
  FinishedInputs finished;

  @BeforeAll
  static void start() {
    stack = Stack.start(dir);
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    stack.close();
  }

  @BeforeEach
  void newRun(TestInfo test) {
    // One partition, so that what was written at once comes in one batch.
    lab = Lab.on(stack, test.getTestMethod().orElseThrow().getName(), 1);
    monitoring = MonitoringServer.start("test", "127.0.0.1", 0);
    finished = new FinishedInputs(lab.cluster());
  }

  @AfterEach
  void close() {
    finished.close();
    monitoring.close();
  }

  @Test
  void everyInputHasItsFate() {
    List<Problem> problems = problems(60);
    lab.write(Topics.PROBLEMS, problems);
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
    try (RunningStage<Problem> stage = run("0", agent, LIMITS)) {
      Lab.await("all have a fate", () -> fates(stage) == 60);
      assertThat(stage.counts()).isEqualTo(new StageCounts(60, 25, 10, 5, 20, 0, 0, 0, 25));
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES))
        .containsExactlyInAnyOrderElementsOf(copies(problems.subList(35, 60)));
    List<StageOutcome> outcomes = lab.read(Topics.STAGE_OUTCOMES);
    assertThat(outcomes).hasSize(40);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.getOutcome() == OutcomeKind.SKIPPED)
        .hasSize(10)
        .allMatch(outcome -> outcome.getReason().equals("dull") && outcome.getOutputs() == 0);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.getOutcome() == OutcomeKind.DEAD)
        .extracting(StageOutcome::getInputId)
        .containsExactlyInAnyOrderElementsOf(broken);
    assertThat(lab.readDeadLetters(Topics.PROBLEMS))
        .hasSize(5)
        .allSatisfy(
            letter -> {
              assertThat(header(letter, "__streams.errors.exception"))
                  .isEqualTo("java.lang.IllegalStateException");
              assertThat(header(letter, "__streams.errors.message"))
                  .isEqualTo("cannot be worked on");
              assertThat(header(letter, "__streams.errors.topic"))
                  .isEqualTo(Topics.PROBLEMS.in(lab.cluster().run()));
              assertThat(header(letter, "orcaflow.stage")).isEqualTo(STAGE);
              assertThat(header(letter, "orcaflow.attempts")).isEqualTo("1");
            });
  }

  @Test
  void bytesThatAreNoEventGoToTheDeadLettersAsTheyWere() {
    byte[] noise = "no event".getBytes(StandardCharsets.UTF_8);
    lab.writeBytes(Topics.PROBLEMS.in(lab.cluster().run()), List.of(Map.entry("key", noise)));
    lab.write(Topics.PROBLEMS, problems(3));
    try (RunningStage<Problem> stage = run("0", this::copied, LIMITS)) {
      Lab.await("all have a fate", () -> fates(stage) == 4);
      assertThat(stage.counts().dead()).isEqualTo(1);
      assertThat(stage.counts().done()).isEqualTo(3);
    }
    assertThat(lab.readDeadLetters(Topics.PROBLEMS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).isEqualTo(noise));
  }

  @Test
  void aSlowCallIsRenewedAndNobodyElseGetsTheInput() {
    lab.write(Topics.PROBLEMS, problems(8));
    Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    Agent<Problem> slow =
        input -> {
          calls.computeIfAbsent(input.getId(), id -> new AtomicInteger()).incrementAndGet();
          Promise<Reply> later = Promise.promise();
          vertx.setTimer(
              LIMITS.lock().multipliedBy(3).toMillis(), done -> later.complete(copy(input)));
          return later.future();
        };
    StageLimits two =
        new StageLimits(
            2, 4, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), LIMITS.drain());
    try (RunningStage<Problem> stage = run("0", slow, two)) {
      Lab.await("all are done", () -> stage.counts().done() == 8);
      assertThat(stage.counts().repeated()).isZero();
      assertThat(stage.counts().givenBack()).isZero();
    }
    assertThat(calls.values()).hasSize(8).allMatch(count -> count.get() == 1);
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void whatIsFinishedIsStoredWhileASlowCallGoesOn() {
    lab.write(Topics.PROBLEMS, problems(10));
    String slowest = problems(10).get(3).getId();
    Promise<Reply> never = Promise.promise();
    StageLimits quick =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ofMillis(100));
    try (RunningStage<Problem> stage =
        run("0", input -> input.getId().equals(slowest) ? never.future() : copied(input), quick)) {
      Lab.await("nine are done", () -> stage.counts().done() == 9);
      assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(9);
    }
  }

  @Test
  void anOutageIsWaitedThrough() {
    lab.write(Topics.PROBLEMS, problems(20));
    AtomicBoolean outage = new AtomicBoolean(true);
    AtomicInteger refusals = new AtomicInteger();
    Agent<Problem> agent =
        input -> {
          if (outage.get()) {
            refusals.incrementAndGet();
            return Future.succeededFuture(new Reply.Postponed("closed for now"));
          }
          return copied(input);
        };
    try (RunningStage<Problem> stage = run("0", agent, LIMITS)) {
      Lab.await("it asks again and again", () -> refusals.get() > 100);
      assertThat(stage.counts().done()).isZero();
      outage.set(false);
      Lab.await("all are done", () -> stage.counts().done() == 20);
      assertThat(stage.counts().dead()).isZero();
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(20).doesNotHaveDuplicates();
    assertThat(lab.readDeadLetters(Topics.PROBLEMS)).isEmpty();
  }

  @Test
  void anOutageThatOutlastsPatienceGivesTheInputsToAnotherProcess() {
    lab.write(Topics.PROBLEMS, problems(20));
    StageLimits impatient =
        new StageLimits(1, 100, LIMITS.lock(), LIMITS.retryPause(), Duration.ZERO, LIMITS.drain());
    Agent<Problem> cutOff = input -> Future.succeededFuture(new Reply.Postponed("no route"));
    try (RunningStage<Problem> away = run("away", cutOff, impatient)) {
      Lab.await("it has given back", () -> away.counts().givenBack() >= 20);
      try (FinishedInputs theirs = new FinishedInputs(lab.cluster());
          RunningStage<Problem> other = run("other", this::copied, LIMITS, theirs)) {
        Lab.await("the other has done all", () -> other.counts().done() == 20);
      }
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(20).doesNotHaveDuplicates();
    assertThat(lab.readDeadLetters(Topics.PROBLEMS)).isEmpty();
  }

  @Test
  void closingDrainsWhatIsInFlight() throws InterruptedException {
    lab.write(Topics.PROBLEMS, problems(10));
    CountDownLatch begun = new CountDownLatch(10);
    Promise<Void> open = Promise.promise();
    Agent<Problem> agent =
        input -> {
          begun.countDown();
          return open.future().map(opened -> copy(input));
        };
    RunningStage<Problem> stage = run("0", agent, LIMITS);
    begun.await();
    stage.stopTaking();
    open.complete();
    stage.close();
    assertThat(stage.counts()).isEqualTo(new StageCounts(10, 10, 0, 0, 0, 0, 0, 0, 10));
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10);
  }

  @Test
  void whatCannotBeDrainedInTimeIsGivenBackAndDoneByTheNext() throws InterruptedException {
    lab.write(Topics.PROBLEMS, problems(10));
    CountDownLatch begun = new CountDownLatch(10);
    Agent<Problem> stuck =
        input -> {
          begun.countDown();
          return Promise.<Reply>promise().future();
        };
    StageLimits hasty =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ofMillis(200));
    RunningStage<Problem> first = run("0", stuck, hasty);
    begun.await();
    first.close();
    assertThat(first.counts().givenBack()).isEqualTo(10);
    try (RunningStage<Problem> second = run("0", this::copied, LIMITS)) {
      Lab.await("all are done", () -> second.counts().done() == 10);
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void aFinishedInputThatComesAgainIsOnlyAcknowledged() {
    List<Problem> problems = problems(10);
    lab.write(Topics.PROBLEMS, problems);
    try (RunningStage<Problem> stage = run("0", this::copied, LIMITS)) {
      Lab.await("all are done", () -> stage.counts().done() == 10);
    }
    lab.write(Topics.PROBLEMS, problems);
    try (FinishedInputs read = new FinishedInputs(lab.cluster());
        RunningStage<Problem> stage = run("0", this::copied, LIMITS, read)) {
      Lab.await("all are met again", () -> stage.counts().repeated() == 10);
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10).doesNotHaveDuplicates();
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void inputsWhoseDeliveriesAreUsedUpAreBroughtBack() {
    lab.write(Topics.PROBLEMS, problems(1));
    StageLimits impatient =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ZERO);
    Agent<Problem> stuck = input -> Promise.<Reply>promise().future();
    for (int start = 1; start <= 10; start++) {
      try (RunningStage<Problem> stage = run("0", stuck, impatient)) {
        Lab.await("it has it", () -> stage.counts().inFlight() == 1);
      }
    }
    try (RunningStage<Problem> stage = run("0", this::copied, LIMITS)) {
      Lab.await("it is done", () -> stage.counts().done() == 1);
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(1);
  }

  @Test
  void twoProcessesOfOneNameDoubleNothing() {
    lab.write(Topics.PROBLEMS, problems(5));
    try (RunningStage<Problem> first = run("0", this::copied, LIMITS)) {
      Lab.await("the first works", () -> first.counts().done() == 5);
      try (FinishedInputs theirs = new FinishedInputs(lab.cluster());
          RunningStage<Problem> second = run("0", this::copied, LIMITS, theirs)) {
        Lab.await("the second is there", second::ready);
        List<Problem> more = new ArrayList<>(problems(40));
        more.removeAll(problems(5));
        lab.write(Topics.PROBLEMS, more);
        Lab.await("all are done", () -> lab.ids(Topics.PROBLEM_CANDIDATES).size() >= 40);
      }
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(40).doesNotHaveDuplicates();
  }

  private RunningStage<Problem> run(String instance, Agent<Problem> agent, StageLimits limits) {
    return run(instance, agent, limits, finished);
  }

  private RunningStage<Problem> run(
      String instance, Agent<Problem> agent, StageLimits limits, FinishedInputs index) {
    Stage<Problem> stage = new Stage<>(STAGE, Topics.PROBLEMS, none -> 0, agent, limits);
    RunningStage.fencePredecessors(lab.cluster(), instance, List.of(stage));
    index.catchUp();
    return RunningStage.start(lab.cluster(), instance, stage, index, vertx, monitoring);
  }

  private Future<Reply> copied(Problem input) {
    return Future.succeededFuture(copy(input));
  }

  private static Reply copy(Problem input) {
    return new Reply.Produced(
        new Output<>(
            Topics.PROBLEM_CANDIDATES,
            ProblemCandidate.newBuilder()
                .setId(Ids.candidate(input.getId(), STAGE, 0, 0))
                .setProblemId(input.getId())
                .setQuestion(input.getQuestion())
                .setLineage(input.getLineage())
                .build()));
  }

  private static List<String> copies(List<Problem> problems) {
    return problems.stream().map(p -> Ids.candidate(p.getId(), STAGE, 0, 0)).toList();
  }

  private static long fates(RunningStage<?> stage) {
    StageCounts counts = stage.counts();
    return counts.done() + counts.skipped() + counts.dead() + counts.unwanted();
  }

  private static Set<String> ids(List<Problem> problems) {
    Set<String> ids = new HashSet<>();
    problems.forEach(problem -> ids.add(problem.getId()));
    return ids;
  }

  private static List<Problem> problems(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Lab.problem("Sam has %d coins. How many coins?".formatted(i)))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
