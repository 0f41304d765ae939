package orcaflow.agents.stage.worker;

import static orcaflow.agents.stage.worker.StageLab.LIMITS;
import static orcaflow.agents.stage.worker.StageLab.copied;
import static orcaflow.agents.stage.worker.StageLab.copy;
import static orcaflow.agents.stage.worker.StageLab.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.StageLimits;
import orcaflow.events.Problem;
import orcaflow.schemas.Topics;
import orcaflow.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stage on a real broker while calls are slow, endpoints are down or time runs out. */
@Timeout(Await.LIMIT_SECONDS)
class StageOutageIT {

  @RegisterExtension static final StageStack STACK = new StageStack();

  StageLab stages;

  @BeforeEach
  void newRun() {
    stages = STACK.stages();
  }

  @Test
  void aSlowCallIsRenewedAndNobodyElseGetsTheInput() {
    stages.lab.write(Topics.PROBLEMS, problems(8));
    Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    Agent<Problem> slow =
        input -> {
          calls.computeIfAbsent(input.getId(), id -> new AtomicInteger()).incrementAndGet();
          Promise<Reply> later = Promise.promise();
          stages.vertx.setTimer(
              LIMITS.lock().multipliedBy(3).toMillis(), done -> later.complete(copy(input)));
          return later.future();
        };
    StageLimits two =
        new StageLimits(
            2, 4, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), LIMITS.drain());
    try (RunningStage<Problem> stage = stages.run("0", slow, two)) {
      Lab.await("all are done", () -> stage.counts().done() == 8);
      assertThat(stage.counts().repeated()).isZero();
      assertThat(stage.counts().givenBack()).isZero();
    }
    assertThat(calls.values()).hasSize(8).allMatch(count -> count.get() == 1);
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void anOutageIsWaitedThrough() {
    stages.lab.write(Topics.PROBLEMS, problems(20));
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
    try (RunningStage<Problem> stage = stages.run("0", agent, LIMITS)) {
      Lab.await("it asks again and again", () -> refusals.get() > 100);
      assertThat(stage.counts().done()).isZero();
      outage.set(false);
      Lab.await("all are done", () -> stage.counts().done() == 20);
      assertThat(stage.counts().dead()).isZero();
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(20).doesNotHaveDuplicates();
    assertThat(stages.lab.readDeadLetters(Topics.PROBLEMS)).isEmpty();
  }

  @Test
  void anOutageThatOutlastsPatienceGivesTheInputsToAnotherProcess() {
    stages.lab.write(Topics.PROBLEMS, problems(20));
    StageLimits impatient =
        new StageLimits(1, 100, LIMITS.lock(), LIMITS.retryPause(), Duration.ZERO, LIMITS.drain());
    Agent<Problem> cutOff = input -> Future.succeededFuture(new Reply.Postponed("no route"));
    try (RunningStage<Problem> away = stages.run("away", cutOff, impatient)) {
      Lab.await("it has given back", () -> away.counts().givenBack() >= 20);
      try (RunningStage<Problem> other =
          stages.run("other", StageLab::copied, LIMITS, stages.newProcess())) {
        Lab.await("the other has done all", () -> other.counts().done() == 20);
      }
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(20).doesNotHaveDuplicates();
    assertThat(stages.lab.readDeadLetters(Topics.PROBLEMS)).isEmpty();
  }

  @Test
  void whatCannotBeDrainedInTimeIsGivenBackAndDoneByTheNext() throws InterruptedException {
    stages.lab.write(Topics.PROBLEMS, problems(10));
    CountDownLatch begun = new CountDownLatch(10);
    Agent<Problem> stuck =
        input -> {
          begun.countDown();
          return Promise.<Reply>promise().future();
        };
    // Longer than a poll, so that no idle lane still acquires what another lane gives back.
    StageLimits hasty =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ofSeconds(3));
    RunningStage<Problem> first = stages.run("0", stuck, hasty);
    begun.await();
    first.close();
    assertThat(first.counts().givenBack()).isEqualTo(10);
    try (RunningStage<Problem> second = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("all are done", () -> second.counts().done() == 10);
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void inputsWhoseDeliveriesAreUsedUpAreBroughtBack() {
    stages.lab.write(Topics.PROBLEMS, problems(1));
    StageLimits impatient =
        new StageLimits(
            1, 100, LIMITS.lock(), LIMITS.retryPause(), LIMITS.patience(), Duration.ZERO);
    Agent<Problem> stuck = input -> Promise.<Reply>promise().future();
    for (int start = 1; start <= 10; start++) {
      try (RunningStage<Problem> stage = stages.run("0", stuck, impatient)) {
        Lab.await("it has it", () -> stage.counts().inFlight() == 1);
      }
    }
    try (RunningStage<Problem> stage = stages.run("0", StageLab::copied, LIMITS)) {
      Lab.await("it is done", () -> stage.counts().done() == 1);
    }
    assertThat(stages.lab.ids(Topics.PROBLEM_CANDIDATES)).hasSize(1);
  }
}
