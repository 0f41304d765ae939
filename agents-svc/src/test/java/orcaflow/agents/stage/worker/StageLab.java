package orcaflow.agents.stage.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.stage.StageLimits;
import orcaflow.agents.state.StateStore;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;
import orcaflow.stack.Stack;

/** A run with a stage that copies problems to candidates, on a real broker. */
final class StageLab implements AutoCloseable {

  static final String STAGE = "copy";
  static final StageLimits LIMITS =
      new StageLimits(
          1,
          100,
          Duration.ofSeconds(3),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10));

  final Lab lab;
  final Vertx vertx;
  final MonitoringServer monitoring;
  final Known known;

  /** None unless a test sends them. */
  Spans spans = Spans.NONE;

  private final List<Known> processes = new ArrayList<>();

  /** One partition, so that events written at once come in one batch. */
  StageLab(Stack stack, Vertx vertx, String run) {
    this.vertx = vertx;
    lab = Lab.on(stack, run, 1);
    monitoring = MonitoringServer.onFreePort("test");
    known = newProcess();
  }

  /** What one process knows. */
  record Known(StateStore store, FinishedInputs finished) {
    private void close() {
      finished.close();
      store.close();
    }
  }

  /** What a further process knows: nothing yet. */
  Known newProcess() {
    StateStore store =
        StateStore.temporary(lab.cluster(), List.of(Topics.STAGE_OUTCOMES, Topics.PROBLEMS));
    Known process = new Known(store, new FinishedInputs(lab.cluster(), store));
    processes.add(process);
    return process;
  }

  RunningStage<Problem> run(String instance, Agent<Problem> agent, StageLimits limits) {
    return run(instance, agent, limits, known);
  }

  RunningStage<Problem> run(
      String instance, Agent<Problem> agent, StageLimits limits, Known process) {
    Stage<Problem> stage = stage(agent, limits);
    try (ShareGroups groups = ShareGroups.ask(lab.cluster(), List.of(STAGE))) {
      groups.fencePredecessors(instance, List.of(stage));
      process.finished().catchUp();
      return RunningStage.start(
          groups, instance, stage, process.finished(), process.store(), vertx, monitoring, spans);
    }
  }

  static Stage<Problem> stage(Agent<Problem> agent, StageLimits limits) {
    return new Stage<>(STAGE, Topics.PROBLEMS, none -> 0, agent, limits);
  }

  static Future<Reply> copied(Problem input) {
    return Future.succeededFuture(copy(input));
  }

  static Reply copy(Problem input) {
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

  static List<String> copies(List<Problem> problems) {
    return problems.stream().map(p -> Ids.candidate(p.getId(), STAGE, 0, 0)).toList();
  }

  /** Number of inputs that have a fate and were not finished before. */
  static long fates(RunningStage<?> stage) {
    StageCounts counts = stage.counts();
    return counts.done() + counts.skipped() + counts.dead() + counts.unwanted();
  }

  static Set<String> ids(List<Problem> problems) {
    Set<String> ids = new HashSet<>();
    problems.forEach(problem -> ids.add(problem.getId()));
    return ids;
  }

  static List<Problem> problems(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Lab.problem("Sam has %d coins. How many coins?".formatted(i)))
        .toList();
  }

  @Override
  public void close() {
    processes.forEach(Known::close);
    monitoring.close();
  }
}
