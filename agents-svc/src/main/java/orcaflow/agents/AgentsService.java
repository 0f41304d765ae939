package orcaflow.agents;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.Waiting;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.stage.worker.FinishedInputs;
import orcaflow.agents.stage.worker.RunningStage;
import orcaflow.agents.stage.worker.ShareGroups;
import orcaflow.agents.state.StateStore;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Service;
import orcaflow.service.Spans;
import orcaflow.service.UsualPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of one run that ask models. A stage that fails, or whose worker another process has
 * fenced, ends the service. Closing takes no more inputs and drains.
 */
public final class AgentsService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(AgentsService.class);

  /** The topics that the state has something of. */
  private static final List<Topic<?>> KNOWN =
      List.of(
          Topics.STAGE_OUTCOMES,
          Topics.MODEL_CALLS,
          Topics.SENT_CALLS,
          Topics.PROBLEMS,
          Topics.ROLLOUT_REQUESTS,
          Topics.VERDICT_REQUESTS);

  private final String run;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final List<RunningStage<?>> stages = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Ledger ledger = new Ledger();
  private MonitoringServer monitoring;
  private ModelCallLog calls;
  private volatile Supplier<List<Waiting>> waiting = List::of;

  private AgentsService(String run) {
    this.run = run;
  }

  /** Something to close, without a checked exception. */
  private interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Starts the stages that the configuration says are to run; returns before they have joined their
   * groups, which takes some seconds. The topics must exist.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached
   */
  public static AgentsService start(Cluster cluster, AgentsConfig config, ExpansionRule expansion) {
    return start(cluster, config, expansion, UnaryOperator.identity());
  }

  /**
   * Starts the stages with something put around the clients that send the calls.
   *
   * @param around sees each call as it is sent, those that are sent again included
   */
  public static AgentsService start(
      Cluster cluster,
      AgentsConfig config,
      ExpansionRule expansion,
      UnaryOperator<ModelClient> around) {
    AgentsService service = new AgentsService(cluster.run());
    try {
      service.startParts(cluster, config, expansion, around);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void startParts(
      Cluster cluster,
      AgentsConfig config,
      ExpansionRule expansion,
      UnaryOperator<ModelClient> around) {
    monitoring = MonitoringServer.start("agents-svc", config.observe(), UsualPort.AGENTS);
    parts.push(monitoring::close);
    Spans spans = Spans.of(cluster, "agents", monitoring);
    parts.push(spans::close);
    monitoring.liveness("stages-run", () -> !ended.isCompletedExceptionally());
    Vertx vertx = Vertx.vertx(small());
    parts.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    ShareGroups groups = ShareGroups.ask(cluster, StageList.names(config));
    parts.push(groups::close);
    Budget budget = new Budget(ledger);
    config.budget().ifPresent(spending -> spending.applyTo(budget));
    StateStore state = state(cluster, config);
    parts.push(state::close);
    state.settleBy(expansion.toString());
    calls = new ModelCallLog(cluster, config.instance(), budget.ledger(), state, monitoring);
    parts.push(calls::close);
    parts.push(new BudgetFeed(cluster, budget, calls)::close);
    ModelClients models =
        new ModelClients(vertx, config.endpoints(), calls, budget, monitoring, spans, around);
    parts.push(models::close);
    WaitingLog waits = new WaitingLog(cluster);
    parts.push(waits::close);
    parts.push(new WaitingReport(vertx, models, LOG::warn, waits, this::hopeless)::close);
    waiting = models::waiting;
    List<Stage<?>> planned = StageList.of(config, expansion, models);
    groups.fencePredecessors(config.instance(), planned);
    FinishedInputs finished = new FinishedInputs(cluster, state);
    parts.push(finished::close);
    finished.catchUp();
    for (Stage<?> stage : planned) {
      RunningStage<?> running =
          RunningStage.start(
              groups, config.instance(), stage, finished, state, vertx, monitoring, spans);
      stages.add(running);
      parts.push(running::close);
      running.failed().thenAccept(this::failed);
      monitoring.readiness(running.name(), running::ready);
    }
    parts.push(new SettledNotes(stages)::close);
  }

  private static StateStore state(Cluster cluster, AgentsConfig config) {
    return config
        .stateDir()
        .map(dir -> dir.resolve(cluster.run()).resolve(config.instance()))
        .map(dir -> StateStore.open(dir, cluster, KNOWN))
        .orElseGet(() -> StateStore.temporary(cluster, KNOWN));
  }

  /** Stores calls that were made before the run's topics were there. */
  public void book(List<ModelCall> earlier) {
    earlier.forEach(
        call ->
            calls
                .store(call)
                .onFailure(failure -> LOG.warn("a call of the preflight cannot be kept", failure)));
  }

  private void hopeless(Waiting waiting) {
    failed(
        new IllegalStateException(
            "%s; given up after %d s (endAfterSeconds: 0 goes on)"
                .formatted(
                    waiting.error(),
                    Duration.between(waiting.since(), Instant.now()).toSeconds())));
  }

  /** The endpoints that give no answers at present. */
  public List<Waiting> waiting() {
    return waiting.get();
  }

  /** What the run has spent so far, restarts included. */
  public Ledger.Spent spent() {
    return ledger.run();
  }

  private void failed(RuntimeException failure) {
    LOG.error("a stage failed: {}", failure.getMessage(), failure);
    ended.completeExceptionally(failure);
  }

  /** What each stage has counted since the start, in flow order. */
  public Map<String, StageCounts> counts() {
    Map<String, StageCounts> counts = new LinkedHashMap<>();
    stages.forEach(stage -> counts.put(stage.name(), stage.counts()));
    return counts;
  }

  /** Whether every worker of every stage is connected. */
  public boolean ready() {
    return stages.stream().allMatch(RunningStage::ready);
  }

  @Override
  public String summary() {
    return "run '%s', stages %s".formatted(run, String.join(", ", counts().keySet()));
  }

  @Override
  public List<String> portsTaken() {
    return monitoring.taken().stream().toList();
  }

  @Override
  public int monitoringPort() {
    return monitoring.port();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Drains all stages at once, then stops the rest. */
  @Override
  public void close() {
    stages.forEach(RunningStage::stopTaking);
    parts.forEach(Part::close);
    parts.clear();
    ended.complete(null);
  }

  /** Agents and HTTP share two event loops; nothing is served from the class path. */
  private static VertxOptions small() {
    return new VertxOptions()
        .setEventLoopPoolSize(2)
        .setWorkerPoolSize(2)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }
}
