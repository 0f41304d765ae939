package orcaflow.agents.stage.worker;

import static orcaflow.agents.stage.worker.StageLab.LIMITS;
import static orcaflow.agents.stage.worker.StageLab.copies;
import static orcaflow.agents.stage.worker.StageLab.copy;
import static orcaflow.agents.stage.worker.StageLab.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.ProducerSettings;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.service.Spans;
import orcaflow.testing.Await;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One worker on a real broker: what it does when storing fails, when it is fenced or closed. */
@Timeout(Await.LIMIT_SECONDS)
class WorkerIT {

  private static final String ID = "copy.0.0";
  private static final int DELIVERIES = 5;

  @RegisterExtension static final StageStack STACK = new StageStack();

  StageLab stages;
  Lab lab;
  StageContext<Problem> context;
  Worker<Problem> worker;
  Thread thread;
  final CompletableFuture<RuntimeException> failed = new CompletableFuture<>();

  @BeforeEach
  void newRun() {
    stages = STACK.stages();
    lab = stages.lab;
  }

  @AfterEach
  void close() throws InterruptedException {
    closeWorker(Duration.ZERO);
  }

  @Test
  void isReadyFromConnectingUntilItIsClosed() throws InterruptedException {
    start(StageLab::copied, LIMITS, DELIVERIES);
    Lab.await("the worker is connected", worker::ready);
    closeWorker(Duration.ZERO);
    assertThat(thread.isAlive()).isFalse();
    assertThat(worker.ready()).isFalse();
    assertThat(failed).isNotDone();
  }

  @Test
  void inputsWhoseOutputsCannotBeStoredAreGivenBackAndWorkedOnAgain() {
    lab.write(Topics.PROBLEMS, problems(3));
    AtomicInteger calls = new AtomicInteger();
    start(
        input ->
            Future.succeededFuture(calls.incrementAndGet() <= 3 ? tooLarge(input) : copy(input)),
        LIMITS,
        DELIVERIES);
    Lab.await("all are done", () -> context.meters().counts().done() == 3);
    assertThat(context.meters().counts().givenBack()).isEqualTo(3);
    assertThat(context.meters().counts().inFlight()).isZero();
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES))
        .containsExactlyInAnyOrderElementsOf(copies(problems(3)));
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void aWorkerThatAnotherProcessHasFencedReportsItAndEnds() throws Exception {
    start(StageLab::copied, LIMITS, DELIVERIES);
    Lab.await("the worker is connected", worker::ready);
    try (KafkaProducer<byte[], byte[]> other = producer(lab.cluster())) {
      other.initTransactions();
      lab.write(Topics.PROBLEMS, problems(2));
      thread.join(Lab.PATIENCE.toMillis());
    }
    assertThat(thread.isAlive()).isFalse();
    assertThat(failed)
        .isCompletedWithValueMatching(
            failure -> failure.getMessage().startsWith(ID + ": another process uses the same"));
    assertThat(worker.ready()).isFalse();
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).isEmpty();
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).isEmpty();
    try (RunningStage<Problem> next = stages.run("1", StageLab::copied, LIMITS)) {
      Lab.await("another worker has done both", () -> next.counts().done() == 2);
    }
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void anInputOnItsLastDeliveryIsKeptThroughAnOutage() {
    lab.write(Topics.PROBLEMS, problems(2));
    AtomicInteger calls = new AtomicInteger();
    start(
        input ->
            Future.succeededFuture(
                calls.incrementAndGet() <= 10 ? new Reply.Postponed("down") : copy(input)),
        new StageLimits(1, 100, LIMITS.lock(), LIMITS.retryPause(), Duration.ZERO, LIMITS.drain()),
        1);
    Lab.await("both are done", () -> context.meters().counts().done() == 2);
    assertThat(context.meters().counts().givenBack()).isZero();
    assertThat(context.meters().counts().consumed()).isEqualTo(2);
  }

  @Test
  void anEventTwiceInOneBatchIsWorkedOnOnceAndHoldsNothingUp() {
    List<Problem> problems = new ArrayList<>(problems(2));
    problems.addAll(problems(2));
    lab.write(Topics.PROBLEMS, problems);
    AtomicInteger calls = new AtomicInteger();
    start(
        input -> {
          calls.incrementAndGet();
          return StageLab.copied(input);
        },
        LIMITS,
        DELIVERIES);
    Lab.await(
        "all four are finished",
        () -> context.meters().counts().done() + context.meters().counts().repeated() == 4);
    assertThat(calls).hasValue(2);
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void anInputThatTakesLongHoldsUpNoneThatComeAfterItsLane() throws InterruptedException {
    lab.write(Topics.PROBLEMS, problems(200));
    Promise<Reply> never = Promise.promise();
    String first = problems(1).get(0).getId();
    StageLimits twoLanes =
        new StageLimits(
            1, 32, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), LIMITS.drain());
    assertThat(twoLanes.lanes()).isEqualTo(2);
    start(
        input -> input.getId().equals(first) ? never.future() : StageLab.copied(input),
        twoLanes,
        DELIVERIES);
    Lab.await("all others are done", () -> context.meters().counts().done() == 199);
    assertThat(context.meters().counts().inFlight()).isEqualTo(1);
    closeWorker(Duration.ZERO);
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).hasSize(199).doesNotHaveDuplicates();
  }

  @Test
  void closingEndsTheRestAfterInputsWereGivenBack() throws InterruptedException {
    lab.write(Topics.PROBLEMS, problems(1));
    start(
        input -> Future.succeededFuture(new Reply.Postponed("down")),
        new StageLimits(1, 100, LIMITS.lock(), LIMITS.retryPause(), Duration.ZERO, LIMITS.drain()),
        DELIVERIES);
    Lab.await("it is given back", () -> context.meters().counts().givenBack() == 1);
    Lab.await("the worker rests", () -> !worker.ready());
    closeWorker(Duration.ZERO);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void aClosingWorkerGivesBackWhatTheDrainTimeDoesNotFinish() throws InterruptedException {
    lab.write(Topics.PROBLEMS, problems(3));
    Promise<Reply> never = Promise.promise();
    String first = problems(1).get(0).getId();
    start(
        input -> input.getId().equals(first) ? never.future() : StageLab.copied(input),
        LIMITS,
        DELIVERIES);
    Lab.await("all are taken", () -> context.meters().counts().consumed() == 3);
    closeWorker(Duration.ofMillis(300));
    assertThat(context.meters().counts().done()).isEqualTo(2);
    assertThat(context.meters().counts().givenBack()).isEqualTo(1);
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES))
        .containsExactlyInAnyOrderElementsOf(copies(problems(3).subList(1, 3)));
  }

  private void start(Agent<Problem> agent, StageLimits limits, int deliveryLimit) {
    Stage<Problem> stage = StageLab.stage(agent, limits);
    try (ShareGroups groups = ShareGroups.ask(lab.cluster(), List.of())) {
      groups.of(stage).configure();
    }
    context =
        new StageContext<>(
            lab.cluster(),
            stage,
            stages.known.finished(),
            new InputClaims(),
            stages.vertx.getOrCreateContext(),
            new ReleaseRule(limits.patience(), deliveryLimit),
            new StageMeters(stages.monitoring.registry(), stage.name()),
            stages.monitoring,
            new WorkSpans<>(Spans.NONE, stage, lab.cluster()));
    worker = new Worker<>(context, ID, failed::complete);
    thread = new Thread(worker, ID);
    thread.start();
  }

  private void closeWorker(Duration drain) throws InterruptedException {
    worker.close(drain);
    thread.join(Duration.ofSeconds(10).toMillis());
  }

  /** An output that no producer of Kafka sends. */
  private static Reply tooLarge(Problem input) {
    Output<?> output = ((Reply.Produced) copy(input)).outputs().get(0);
    ProblemCandidate candidate = (ProblemCandidate) output.event();
    return new Reply.Produced(
        new Output<>(
            Topics.PROBLEM_CANDIDATES,
            ProblemCandidate.newBuilder(candidate).setQuestion("x".repeat(2_000_000)).build()));
  }

  private static KafkaProducer<byte[], byte[]> producer(Cluster cluster) {
    return new KafkaProducer<>(
        ProducerSettings.transactional(cluster, ID),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
