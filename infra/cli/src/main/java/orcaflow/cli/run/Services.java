package orcaflow.cli.run;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import orcaflow.agents.AgentsConfig;
import orcaflow.agents.AgentsPreflight;
import orcaflow.agents.AgentsService;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.Waiting;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.Seeding;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Observe;
import orcaflow.service.Service;
import orcaflow.service.UsualPort;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.stack.scripted.ScriptedModel;
import orcaflow.streams.StreamsConfig;
import orcaflow.streams.StreamsService;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.TrainerFile;
import orcaflow.trainer.TrainerService;

/**
 * The embedded default: broker, registry, scripted model and the three services, started in the
 * order in which they need each other and closed in the opposite one. The services know nothing of
 * one another; only their addresses are passed around here.
 */
public final class Services implements AutoCloseable {

  private static final String KEY = "ORCAFLOW_API_KEY";
  private static final String INSTANCE = "front-door";

  /** An iteration's open groups are closed when nothing of it has come for this long. */
  public static final int QUIET_SECONDS = 20;

  private final Deque<Part> parts = new ArrayDeque<>();
  private final Map<String, String> urls = new LinkedHashMap<>();
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final List<String> taken = new ArrayList<>();
  private DiskSpace disk;
  private Cluster cluster;
  private AgentsService agents;
  private MonitoringServer monitoring;

  private Services() {}

  /** Something to close, without a checked exception. */
  private interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * What is different where nothing is trained for its own sake.
   *
   * @param evaluates whether policies are evaluated
   * @param around put around the clients that send the calls
   * @param onlooker sees what the trainer does, on the trainer's threads
   */
  public record Use(boolean evaluates, UnaryOperator<ModelClient> around, Progress onlooker) {
    /** A run. */
    public static final Use RUN = new Use(true, UnaryOperator.identity(), Progress.none());

    /** Production of problems, with something around the clients. */
    public static Use production(UnaryOperator<ModelClient> around) {
      return new Use(false, around, Progress.none());
    }

    /** The same, seen by somebody. */
    public Use seenBy(Progress other) {
      return new Use(evaluates, around, other);
    }
  }

  /** Starts everything a plan needs; returns when it runs. */
  public static Services start(RunPlan plan) throws IOException {
    return start(plan, Use.RUN);
  }

  /** As the other, for another use. */
  public static Services start(RunPlan plan, Use use) throws IOException {
    Services services = new Services();
    try {
      services.startParts(plan, use);
      return services;
    } catch (IOException | RuntimeException e) {
      services.close();
      throw e;
    }
  }

  private void startParts(RunPlan plan, Use use) throws IOException {
    disk = DiskSpace.of(plan.dir());
    disk.requireToStart();
    Stack stack = Stack.startOnUsualPorts(plan.dir().resolve("stack"));
    parts.push(stack::close);
    cluster = stack.cluster(plan.run()).seenBy(plan.start().cloudEvents(), plan.start().otlp());
    taken.addAll(stack.taken());
    TopicCatalogue.apply(cluster, plan.partitions(), 1);

    add(
        "streams",
        StreamsService.start(cluster, streamsConfig(plan), plan.recipe(), plan.heldOut()));
    TrainerService trainer =
        TrainerService.start(cluster, trainerConfig(plan, use), plan.recipeFile(), use.onlooker());
    add("trainer", trainer);
    agents =
        AgentsService.start(
            cluster,
            agentsConfig(plan, trainer.policyServerUrl()).in(plan.dir().resolve("agents")),
            plan.recipe().expansion(),
            use.around());
    add("agents", agents);

    monitoring = MonitoringServer.start("run", Observe.LOOPBACK, UsualPort.RUN);
    parts.push(monitoring::close);
    urls.put("kafka", cluster.bootstrap());
    urls.put("registry", cluster.registry());
    urls.put(Endpoints.POLICY_SERVER, trainer.policyServerUrl());
    for (String name : List.of("agents", "streams", "trainer")) {
      urls.put(name + Endpoints.METRICS_OF, metrics(services.get(name).monitoringPort()));
    }
    urls.put("run metrics", metrics(monitoring.port()));
    services.values().stream().flatMap(s -> s.portsTaken().stream()).forEach(taken::add);
    monitoring.taken().ifPresent(taken::add);
    Endpoints endpoints =
        Endpoints.ofThisProcess(cluster.bootstrap(), cluster.registry(), cluster.run(), urls);
    endpoints.write(plan.dir());
    parts.push(() -> Endpoints.remove(plan.dir()));
  }

  private void add(String name, Service service) {
    services.put(name, service);
    parts.push(service::close);
  }

  /** Where the trainer opens iterations by itself, nobody says that one is over. */
  private static StreamsConfig streamsConfig(RunPlan plan) {
    StreamsConfig embedded = StreamsConfig.embedded(plan.dir().resolve("streams"));
    return plan.openAfterRows() > 0 ? embedded.closingAfter(QUIET_SECONDS) : embedded;
  }

  private static TrainerConfig trainerConfig(RunPlan plan, Use use) {
    TrainerConfig standard =
        TrainerFile.defaults()
            .trainer()
            .in(
                plan.dir().resolve("trainer"),
                use.evaluates() ? List.of(plan.benchmark()) : List.of(),
                plan.validation());
    TrainerConfig.Train train = standard.train();
    return standard
        .on(plan.start().device())
        .with(
            new TrainerConfig.Train(
                train.enabled(),
                train.checkpoint(),
                train.readSeconds(),
                plan.openAfterRows(),
                train.openAfterQuietSeconds()));
  }

  /**
   * Asks the plan's own endpoint one question, before anything starts. The scripted model is part
   * of what is started.
   *
   * @throws AgentsPreflight.Failed if it does not answer
   */
  public static List<ModelCall> preflight(RunPlan plan) {
    return plan.preflight() && plan.teacher() instanceof Teacher.Endpoint endpoint
        ? AgentsPreflight.ask(
            elsewhere(plan, endpoint, AgentsConfig.defaults().endpoints().student().url()))
        : List.of();
  }

  private static AgentsConfig elsewhere(RunPlan plan, Teacher.Endpoint endpoint, String student) {
    String url = endpoint.url().toString();
    AgentsConfig elsewhere =
        AgentsConfig.defaults()
            .withModels(url, url, student)
            .withModelNamed(plan.model().orElseThrow());
    return spending(plan, System.getenv(KEY) == null ? elsewhere : elsewhere.withKeyFrom(KEY));
  }

  private static AgentsConfig spending(RunPlan plan, AgentsConfig config) {
    AgentsConfig priced = plan.spending().prices().map(config::withPrices).orElse(config);
    return plan.spending().budget().map(priced::withBudget).orElse(priced);
  }

  private AgentsConfig agentsConfig(RunPlan plan, String student) {
    AgentsConfig defaults = AgentsConfig.defaults();
    Teacher teacher = plan.teacher();
    if (teacher instanceof Teacher.Endpoint endpoint) {
      return elsewhere(plan, endpoint, student);
    }
    ScriptedModel model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
    String url = "http://127.0.0.1:" + model.start();
    parts.push(model::close);
    urls.put("scripted model", url);
    AgentsConfig scripted = spending(plan, defaults.withModels(url, url, student));
    return teacher instanceof Teacher.Gold ? scripted.withGoldTeacher() : scripted;
  }

  private static String metrics(int port) {
    return "http://127.0.0.1:%d/metrics".formatted(port);
  }

  /** Where the run lives. */
  public Cluster cluster() {
    return cluster;
  }

  /** Where meters of the run as a whole are shown. */
  public MeterRegistry meters() {
    return monitoring.registry();
  }

  /** A sentence for each usual port that somebody else has. */
  public List<String> taken() {
    return taken;
  }

  /** Addresses by name, for people. */
  public Map<String, String> urls() {
    return urls;
  }

  /**
   * Seeds an input; rows that are in already are left alone.
   *
   * @return candidates that it contributes, those of an earlier start included
   */
  public long seed(SeedInput seeds, OptionalLong limit, LongConsumer progress) {
    return Seeding.run(cluster, INSTANCE, seeds, limit, so -> progress.accept(so.rows())).rows();
  }

  /**
   * Fails when a service has failed, or before the disk is full.
   *
   * @throws IllegalStateException saying which service and why
   * @throws DiskSpace.TooLittle if the run has to end for the disk
   */
  public void check() {
    disk.requireToContinue();
    services.forEach(Services::check);
  }

  /** The endpoints that give no answers at present. */
  public List<Waiting> waiting() {
    return agents.waiting();
  }

  /** What the run has spent so far, restarts included. */
  public Ledger.Spent spent() {
    return agents.spent();
  }

  /** Lets the rows of an input in by portions. */
  public SeedFeed feed(SeedInput seeds) {
    return SeedFeed.open(cluster, INSTANCE, seeds);
  }

  /** Stores calls that were made before the run's topics were there. */
  public void book(List<ModelCall> earlier) {
    agents.book(earlier);
  }

  private static void check(String name, Service service) {
    if (service.ended().isCompletedExceptionally()) {
      String why = service.ended().handle((none, failure) -> failure.getMessage()).join();
      throw new IllegalStateException("the %s stopped: %s".formatted(name, why));
    }
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
    parts.clear();
  }
}
