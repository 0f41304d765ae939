package orcaflow.agents.stage.worker;

import static orcaflow.agents.stage.worker.StageLab.copy;
import static orcaflow.agents.stage.worker.StageLab.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.schemas.Cluster;
import orcaflow.service.Spans;
import orcaflow.testing.Await;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(Await.LIMIT_SECONDS)
class WorkBatchTest {

  private static final StageLimits QUICK_RETRY =
      new StageLimits(
          1, 10, Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ZERO, Duration.ZERO);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final InputClaims claims = new InputClaims();
  private final Set<String> finishedBefore = new HashSet<>();
  private final List<Problem> problems = problems(3);

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aProducedReplyIsDoneWithItsOutputs() throws Exception {
    Reply reply = copy(problems.get(0));
    Fate.Settled fate = settled(input -> Future.succeededFuture(reply));
    assertThat(fate.kind()).isEqualTo(OutcomeKind.DONE);
    assertThat(fate.outputs()).isEqualTo(((Reply.Produced) reply).outputs());
  }

  @Test
  void aSkippedReplyIsSkippedWithItsReason() throws Exception {
    assertThat(settled(input -> Future.succeededFuture(new Reply.Skipped("dull"))))
        .isEqualTo(Fate.Settled.skipped("dull"));
  }

  @Test
  void aFailedFutureIsDeadWithItsCause() throws Exception {
    IllegalStateException cause = new IllegalStateException("broken");
    assertThat(settled(input -> Future.failedFuture(cause))).isEqualTo(Fate.Settled.dead(cause));
  }

  @Test
  void anExceptionOfTheAgentIsDeadWithItsCause() throws Exception {
    Fate.Settled fate =
        settled(
            input -> {
              throw new IllegalStateException("broken");
            });
    assertThat(fate.kind()).isEqualTo(OutcomeKind.DEAD);
    assertThat(fate.reason()).contains("IllegalStateException: broken");
  }

  @Test
  void anUnreadableRecordIsDeadWithoutTheAgent() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Stage<Problem> stage = stage(counting(calls));
    RuntimeException defect = new RuntimeException("no Avro");
    WorkBatch<Problem> batch = started(stage, Input.unreadable(stage, record(0), defect));
    assertThat(onlyFate(batch)).isEqualTo(Fate.Settled.dead(defect));
    assertThat(calls).hasValue(0);
  }

  @Test
  void anUnwantedInputIsCountedWithoutTheAgentOrAClaim() throws Exception {
    Agent<Problem> agent =
        new Agent<>() {
          @Override
          public boolean wants(Problem input) {
            return false;
          }

          @Override
          public Future<Reply> work(Problem input) {
            throw new AssertionError("unwanted");
          }
        };
    Stage<Problem> stage = stage(agent);
    Input<Problem> input = input(stage, 0);
    WorkBatch<Problem> batch = started(stage, input);
    assertThat(onlyFate(batch)).isEqualTo(new Fate.Unwanted());
    assertThat(claims.claim(input.outcomeId())).isTrue();
  }

  @Test
  void anInputFinishedBeforeIsRepeatedWithoutTheAgent() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Stage<Problem> stage = stage(counting(calls));
    Input<Problem> input = input(stage, 0);
    finishedBefore.add(input.outcomeId());
    WorkBatch<Problem> batch = started(stage, input);
    assertThat(onlyFate(batch)).isEqualTo(new Fate.Repeated());
    assertThat(calls).hasValue(0);
  }

  @Test
  void aPostponedInputStaysInFlightUntilTheAgentFinishesIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch postponed = new CountDownLatch(3);
    Promise<Reply> last = Promise.promise();
    Stage<Problem> stage =
        stage(
            input -> {
              postponed.countDown();
              return calls.incrementAndGet() < 3
                  ? Future.succeededFuture(new Reply.Postponed("down"))
                  : last.future();
            });
    WorkBatch<Problem> batch = started(stage, input(stage, 0));
    postponed.await();
    assertThat(batch.postponed()).isTrue();
    assertThat(batch.takeFinished()).isEmpty();
    last.complete(copy(problems.get(0)));
    assertThat(onlyFate(batch)).isInstanceOf(Fate.Settled.class);
    assertThat(batch.postponed()).isFalse();
  }

  @Test
  void finishedInputsAreTakenOnceAndBeforeTheOthersFinish() throws Exception {
    Promise<Reply> slow = Promise.promise();
    CountDownLatch slowStarted = new CountDownLatch(1);
    Stage<Problem> stage =
        stage(
            input -> {
              if (input.getId().equals(problems.get(2).getId())) {
                slowStarted.countDown();
                return slow.future();
              }
              return StageLab.copied(input);
            });
    WorkBatch<Problem> batch = started(stage, input(stage, 0), input(stage, 1), input(stage, 2));
    slowStarted.await();
    assertThat(batch.takeFinished()).hasSize(2);
    assertThat(batch.takeFinished()).isEmpty();
    slow.complete(copy(problems.get(2)));
    awaitContext();
    assertThat(batch.takeFinished()).hasSize(1);
  }

  @Test
  void anInputThatAnotherBatchHasIsTakenUpWhenThatIsAbandoned() throws Exception {
    Promise<Reply> never = Promise.promise();
    CountDownLatch started = new CountDownLatch(1);
    Stage<Problem> stuck = stage(signalling(started, never));
    WorkBatch<Problem> first = started(stuck, input(stuck, 0));
    started.await();

    AtomicInteger calls = new AtomicInteger();
    Stage<Problem> stage = stage(counting(calls));
    WorkBatch<Problem> second = started(stage, input(stage, 0));
    second.await(System.nanoTime() + Duration.ofMillis(50).toNanos());
    assertThat(calls).hasValue(0);

    first.abandon();
    assertThat(onlyFate(second)).isInstanceOf(Fate.Settled.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void anEventTwiceInABatchIsWorkedOnOnce() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Stage<Problem> stage = stage(counting(calls));
    WorkBatch<Problem> batch =
        started(stage, input(stage, 0), Input.of(stage, record(7), problems.get(0)));
    List<WorkBatch.Finished<Problem>> finished = new ArrayList<>();
    while (finished.size() < 2) {
      batch.await(System.nanoTime() + Duration.ofMillis(5).toNanos());
      List<WorkBatch.Finished<Problem>> taken = batch.takeFinished();
      finished.addAll(taken);
      taken.forEach(each -> finishedBefore.add(each.input().outcomeId()));
      batch.release(taken);
    }
    assertThat(finished)
        .extracting(each -> each.fate().getClass().getSimpleName())
        .containsExactly("Settled", "Repeated");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aDroppedInputIsNotFinishedHere() throws Exception {
    Promise<Reply> reply = Promise.promise();
    CountDownLatch started = new CountDownLatch(1);
    Stage<Problem> stage = stage(signalling(started, reply));
    Input<Problem> input = input(stage, 0);
    WorkBatch<Problem> batch = started(stage, input);
    started.await();
    batch.drop(input);
    reply.complete(copy(problems.get(0)));
    awaitContext();
    assertThat(batch.takeFinished()).isEmpty();
  }

  @Test
  void anAbandonedBatchIgnoresLateRepliesAndReleasesItsClaims() throws Exception {
    Promise<Reply> reply = Promise.promise();
    CountDownLatch started = new CountDownLatch(1);
    Stage<Problem> stage = stage(signalling(started, reply));
    Input<Problem> input = input(stage, 0);
    WorkBatch<Problem> batch = started(stage, input);
    started.await();
    assertThat(claims.claim(input.outcomeId())).isFalse();
    batch.abandon();
    reply.complete(copy(problems.get(0)));
    awaitContext();
    assertThat(batch.takeFinished()).isEmpty();
    assertThat(claims.claim(input.outcomeId())).isTrue();
  }

  @Test
  void aWaitEndsSoonAfterTheFirstInputIsFinished() throws Exception {
    Promise<Reply> never = Promise.promise();
    Stage<Problem> stage =
        stage(
            input ->
                input.getId().equals(problems.get(0).getId())
                    ? never.future()
                    : StageLab.copied(input));
    WorkBatch<Problem> batch = started(stage, input(stage, 0), input(stage, 1), input(stage, 2));
    batch.await(System.nanoTime() + Duration.ofHours(1).toNanos());
    assertThat(batch.takeFinished()).hasSize(2);
  }

  @Test
  void aWaitEndsWhenWoken() throws Exception {
    Stage<Problem> stage = stage(input -> Promise.<Reply>promise().future());
    WorkBatch<Problem> batch = started(stage, input(stage, 0));
    vertx.setPeriodic(1, timer -> batch.wake());
    batch.await(System.nanoTime() + Duration.ofHours(1).toNanos());
    assertThat(batch.takeFinished()).isEmpty();
  }

  private Fate.Settled settled(Agent<Problem> agent) throws InterruptedException {
    Stage<Problem> stage = stage(agent);
    WorkBatch<Problem> batch = started(stage, input(stage, 0));
    return (Fate.Settled) onlyFate(batch);
  }

  private static Fate onlyFate(WorkBatch<Problem> batch) throws InterruptedException {
    batch.await(System.nanoTime() + Duration.ofSeconds(20).toNanos());
    List<WorkBatch.Finished<Problem>> finished = batch.takeFinished();
    assertThat(finished).hasSize(1);
    return finished.get(0).fate();
  }

  /** Waits until the context has run everything that is queued on it. */
  private void awaitContext() throws InterruptedException {
    CountDownLatch idle = new CountDownLatch(1);
    context.runOnContext(run -> idle.countDown());
    idle.await();
  }

  @SafeVarargs
  private WorkBatch<Problem> started(Stage<Problem> stage, Input<Problem>... inputs) {
    WorkSpans<Problem> none =
        new WorkSpans<>(Spans.NONE, stage, new Cluster("none:1", "mock://none", "test"));
    WorkBatch<Problem> batch =
        new WorkBatch<>(stage, finishedBefore::contains, claims, context, none);
    batch.start(List.of(inputs));
    return batch;
  }

  private static Stage<Problem> stage(Agent<Problem> agent) {
    return StageLab.stage(agent, QUICK_RETRY);
  }

  private static Agent<Problem> counting(AtomicInteger calls) {
    return input -> {
      calls.incrementAndGet();
      return StageLab.copied(input);
    };
  }

  /** Signals its start and replies when the promise does. */
  private static Agent<Problem> signalling(CountDownLatch started, Promise<Reply> reply) {
    return input -> {
      started.countDown();
      return reply.future();
    };
  }

  private Input<Problem> input(Stage<Problem> stage, int index) {
    return Input.of(stage, record(index), problems.get(index));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>("problems", 0, offset, new byte[0], new byte[0]);
  }
}
