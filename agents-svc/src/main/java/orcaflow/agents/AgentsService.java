package orcaflow.agents;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.stage.worker.FinishedInputs;
import orcaflow.agents.stage.worker.RunningStage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.service.MonitoringServer;

/** The stages that ask models, running. Closing takes no more inputs and drains. */
public final class AgentsService implements AutoCloseable {

  private final Deque<Part> parts = new ArrayDeque<>();
  private final List<RunningStage<?>> stages = new ArrayList<>();
  private MonitoringServer observatory;

  private AgentsService() {}

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
    AgentsService service = new AgentsService();
    try {
      service.startParts(cluster, config, expansion);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void startParts(Cluster cluster, AgentsConfig config, ExpansionRule expansion) {
    observatory =
        MonitoringServer.start("agents-svc", config.observe().host(), config.observe().port());
    parts.push(observatory::close);
    Vertx vertx = Vertx.vertx(small());
    parts.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    ModelCallLog calls = new ModelCallLog(cluster, observatory);
    parts.push(calls::close);
    ModelClients models = new ModelClients(vertx, config.endpoints(), calls, observatory);
    parts.push(models::close);
    List<Stage<?>> planned = StageList.of(config, expansion, models);
    RunningStage.fencePredecessors(cluster, config.instance(), planned);
    FinishedInputs finished = new FinishedInputs(cluster);
    parts.push(finished::close);
    finished.catchUp();
    for (Stage<?> stage : planned) {
      RunningStage<?> running =
          RunningStage.start(cluster, config.instance(), stage, finished, vertx, observatory);
      stages.add(running);
      parts.push(running::close);
      observatory.readiness(running.name(), running::ready);
    }
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

  /** Port on which metrics and health are served. */
  public int observePort() {
    return observatory.port();
  }

  /** Drains all stages at once, then stops the rest. */
  @Override
  public void close() {
    stages.forEach(RunningStage::stopTaking);
    parts.forEach(Part::close);
    parts.clear();
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
