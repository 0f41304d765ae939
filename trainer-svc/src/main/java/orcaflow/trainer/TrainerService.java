package orcaflow.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Service;
import orcaflow.service.Spans;
import orcaflow.service.UsualPort;
import orcaflow.trainer.evaluate.Evaluator;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.serve.PolicyServer;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.TorchDevice;
import orcaflow.trainer.train.PolicyHandover;
import orcaflow.trainer.train.Trainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainer, policy server and evaluator together in this JVM, each on threads of its own. A part
 * that fails ends the service: {@link #ended} reports why.
 */
public final class TrainerService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
  private static final String TORCH_THREADS = "orcaflow.torch.threads";

  private final String run;
  private final MonitoringServer monitoring;
  private final Spans spans;
  private final Optional<PolicyServer> server;
  private final List<Thread> threads = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopping;

  private TrainerService(
      Cluster cluster, TrainerConfig config, RecipeFile file, Progress onlooker) {
    Recipe recipe = file.recipe();
    limitTorch(config.torchThreads());
    TorchDevice.use(config.device());
    Precision.use(config.precision());
    run = cluster.run();
    monitoring = MonitoringServer.start("trainer", config.observe(), UsualPort.TRAINER);
    spans = Spans.of(cluster, "trainer", monitoring);
    try {
      KafkaAccess wire = new KafkaAccess(cluster, monitoring::watch);
      Progress seen = spans.on() ? new TrainingSpans(spans, cluster.run(), onlooker) : onlooker;
      Progress progress = new TrainerMetrics(monitoring.registry(), recipe, seen);
      PolicyFolders folders = PolicyFolders.of(config.folder());
      List<Runnable> parts = new ArrayList<>();
      if (config.train().enabled()) {
        parts.add(new Trainer(wire, config, file, progress, new Handover(), () -> stopping));
      }
      if (config.evaluate().enabled() && !config.evaluate().benchmarks().isEmpty()) {
        parts.add(
            new Evaluator(wire, folders, config.evaluate(), recipe, progress, () -> stopping));
      }
      server =
          config.server().enabled()
              ? Optional.of(
                  PolicyServer.start(
                      wire,
                      folders,
                      config.server(),
                      monitoring.registry(),
                      failed -> failed("policy server", failed)))
              : Optional.empty();
      monitoring.liveness("parts-run", this::alive);
      server.ifPresent(s -> monitoring.readiness("policy-to-serve", s::ready));
      monitoring.readiness("parts-run", this::alive);
      parts.forEach(this::startThread);
    } catch (RuntimeException e) {
      spans.close();
      monitoring.close();
      throw e;
    }
  }

  /** Starts what the config enables; returns when it runs. */
  public static TrainerService start(Cluster cluster, TrainerConfig config, RecipeFile recipe) {
    return start(cluster, config, recipe, Progress.none());
  }

  /**
   * Starts what the config enables; returns when it runs.
   *
   * @param onlooker is called for everything that happens, on the service's threads
   */
  public static TrainerService start(
      Cluster cluster, TrainerConfig config, RecipeFile recipe, Progress onlooker) {
    return new TrainerService(cluster, config, recipe, onlooker);
  }

  /**
   * Base URL of the policy server, without {@code /v1}.
   *
   * @throws IllegalStateException if the config did not enable it
   */
  public String policyServerUrl() {
    return server
        .map(PolicyServer::url)
        .orElseThrow(() -> new IllegalStateException("server.enabled is false"));
  }

  @Override
  public String summary() {
    return server
        .map(policies -> "run '%s', policies on %s".formatted(run, policies.url()))
        .orElse("run '%s'".formatted(run));
  }

  @Override
  public List<String> portsTaken() {
    return Stream.of(monitoring.taken(), server.flatMap(PolicyServer::taken))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public int monitoringPort() {
    return monitoring.port();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Saves a checkpoint, lets work in hand end, and stops. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    stopping = true;
    try {
      server.ifPresent(PolicyServer::close);
    } finally {
      // Whatever else fails: a JVM that ends while a thread is inside torch may crash.
      threads.forEach(TrainerService::join);
      spans.close();
      monitoring.close();
      ended.complete(null);
    }
  }

  /** To the policy server, where there is one. */
  private final class Handover implements PolicyHandover {
    @Override
    public void candidate(StudentFolder student) {
      server.ifPresent(policies -> policies.prepare(student));
    }

    @Override
    public void published(Policy policy) {
      server.ifPresent(policies -> policies.serve(policy));
    }
  }

  private boolean alive() {
    return !ended.isCompletedExceptionally()
        && threads.stream().allMatch(Thread::isAlive)
        && server.map(PolicyServer::alive).orElse(true);
  }

  private void startThread(Runnable part) {
    String name = part.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    Thread thread =
        new Thread(
            () -> {
              try {
                part.run();
              } catch (RuntimeException | Error failed) {
                failed(name, failed);
              }
            },
            name);
    threads.add(thread);
    thread.start();
  }

  /** One part's failure ends the others too: half a service would look like a whole one. */
  private void failed(String part, Throwable failed) {
    LOG.error("the {} failed: {}", part, failed.getMessage(), failed);
    stopping = true;
    ended.completeExceptionally(failed);
  }

  /** Torch reads this when it is first used. */
  private static void limitTorch(int threads) {
    System.setProperty(TORCH_THREADS, Integer.toString(threads));
  }

  /** Waits for its end, also when interrupted: it may be inside torch. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
