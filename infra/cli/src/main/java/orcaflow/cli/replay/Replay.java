package orcaflow.cli.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import orcaflow.cli.dataset.BadDataset;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunControl;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.run.Stopwatch;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.stack.TopicCatalogue;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.TrainerFile;
import orcaflow.trainer.TrainerService;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.model.PolicyFolders;

/**
 * One replay, from a part of a run's history to a policy and its evaluation. Starts the trainer and
 * no other service: no agent, no sampler, no teacher, no model server. It reads its own progress
 * from the topics of the run it writes, so it continues after a kill at any moment.
 */
public final class Replay {

  private static final long GLANCE_MILLIS = 100;

  private final ReplayPlan plan;
  private final Cluster source;
  private final Cluster target;
  private final ReplaySpec spec;
  private final AccountingReader accounting;
  private final RunControl control;
  private final Progress progress;

  private Replay(
      ReplayPlan plan,
      Cluster source,
      Cluster target,
      ReplaySpec spec,
      AccountingReader accounting,
      RunControl control,
      Progress progress) {
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.spec = spec;
    this.accounting = accounting;
    this.control = control;
    this.progress = progress;
  }

  /**
   * Starts or continues a replay, and returns its report.
   *
   * @param cluster any run on the Kafka in question
   * @throws BadReplay if the history, the checkpoint or the target cannot be used
   */
  public static ReplayReport execute(ReplayPlan plan, Cluster cluster, Progress progress)
      throws BadReplay, BadDataset, IOException, InterruptedException, ExecutionException {
    Cluster source = cluster.another(plan.from().run());
    Cluster target = cluster.another(plan.to());
    ReplaySpec spec = settle(plan, source, target);
    Files.createDirectories(plan.dir());
    TopicCatalogue.apply(target, spec.history().partitions(), 1);
    try (Stopwatch stopwatch = Stopwatch.goingOn(plan.dir().resolve("seconds"));
        RunControl control = new RunControl(target);
        AccountingReader accounting =
            AccountingReader.start(target, new RunAccounting(plan.recipe()))) {
      Replay replay = new Replay(plan, source, target, spec, accounting, control, progress);
      replay.logSettings();
      replay.relabel();
      replay.adoptCheckpoint();
      replay.train();
      ReplayReport report =
          ReplayReport.of(plan, target, spec, stopwatch.seconds(), accounting.snapshot());
      report.write(plan.report());
      return report;
    }
  }

  /** The report of a replay that is complete, if the folder holds one of this very command. */
  public static Optional<ReplayReport> finished(ReplayPlan plan) throws BadReplay, IOException {
    if (!Files.exists(plan.report())) {
      return Optional.empty();
    }
    ReplayReport report = ReplayReport.read(plan.report());
    report.settings().require(ReplaySpec.Settings.of(plan), plan.to());
    return Optional.of(report);
  }

  /** What was settled when the replay first began, or is settled now. */
  private static ReplaySpec settle(ReplayPlan plan, Cluster source, Cluster target)
      throws BadReplay, BadDataset, IOException {
    if (plan.to().equals(plan.from().run())) {
      throw new BadReplay("--to %s is the run itself: give another name".formatted(plan.to()));
    }
    ReplaySpec.Settings settings = ReplaySpec.Settings.of(plan);
    Optional<ReplaySpec> there =
        ReplaySpec.in(CommittedTopic.all(target, Topics.RUN_LOG), plan.to());
    if (there.isPresent()) {
      there.get().settings().require(settings, plan.to());
      return there.get();
    }
    History history = History.of(source, plan.from().part(), new VersionStore(plan.versions()));
    if (history.length() == 0) {
      throw new BadReplay("%s holds no records".formatted(plan.fromText()));
    }
    return new ReplaySpec(settings, start(plan, source).iteration(), history);
  }

  private static StartingPolicy start(ReplayPlan plan, Cluster source) throws BadReplay {
    PolicyFolders folders = PolicyFolders.of(plan.source().resolve("trainer"));
    List<Policy> there =
        CommittedTopic.all(source, Topics.POLICIES).stream().map(folders::found).toList();
    return StartingPolicy.of(plan.fromPolicy(), there, plan.recipe());
  }

  private void logSettings() throws IOException {
    control.log(
        List.of(
            spec.entry(),
            RunControl.entry(
                "benchmark",
                plan.benchmark().getFileName().toString(),
                "file",
                BundledFiles.hash(plan.benchmark())),
            RunControl.entry("recipe", plan.recipe().name(), plan.recipeText(), plan.recipeId()),
            RunLog.entry(plan.recipe().labelling())),
        accounting.snapshot());
  }

  private void relabel() throws InterruptedException {
    long total = spec.history().length();
    Verdicts verdicts = plan.verdicts();
    int late =
        Relabel.run(
            source,
            target,
            spec.history(),
            plan.labelling(),
            verdicts,
            (phase, read, all) -> progress.show(phase, read, OptionalLong.of(all), "offsets"));
    progress.say(
        "%s is labelled under %s: %,d offsets of graded-rollouts and teacher-solutions"
            .formatted(plan.fromText(), plan.labelling().id(), total));
    progress.say("verdicts: " + verdicts.text());
    control.log(
        List.of(
            RunControl.entry("verdicts", verdicts.text(), "", Ids.contentHash(verdicts.text()))),
        accounting.snapshot());
    if (late > 0) {
      progress.say(
          "%,d of them came after their iteration was closed and count as little as they did then"
              .formatted(late));
    }
  }

  /** The policies up to the checkpoint, with what is known of them on this benchmark. */
  private void adoptCheckpoint() throws BadReplay, InterruptedException {
    if (hasPolicy(spec.start())) {
      return;
    }
    StartingPolicy start = start(plan, source);
    if (start.policies().isEmpty()) {
      return;
    }
    String benchmark = Benchmark.read(plan.benchmark()).name();
    List<String> versions = start.policies().stream().map(Policy::getVersion).toList();
    List<Evaluation> known =
        CommittedTopic.all(source, Topics.EVALUATIONS).stream()
            .filter(e -> e.getBenchmark().equals(benchmark))
            .filter(e -> versions.contains(e.getPolicyVersion()))
            .toList();
    control.adopt(start.policies(), known);
    while (!hasPolicy(start.iteration())) {
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  private boolean hasPolicy(int number) {
    return accounting.snapshot().policy(number).isPresent();
  }

  private void train() throws InterruptedException, ExecutionException {
    accounting.snapshot().policy(spec.start()).ifPresent(this::sayStart);
    try (TrainerService trainer =
        TrainerService.start(target, trainerConfig(), plan.recipeFile())) {
      Iterations iterations =
          new Iterations(
              plan.recipe(), plan.recipeId(), accounting, control, progress, () -> check(trainer));
      for (int number = spec.start() + 1; number <= iterations.last(); number++) {
        if (!iterations.opened(number)) {
          iterations.open(number);
        }
        Policy policy = iterations.awaitPolicy(number);
        progress.say(Iterations.trained(policy));
        progress.say("  from " + policy.getNote());
      }
      iterations.awaitEvaluations(now -> ReplayReport.numbers(now, iterations.last()));
    }
  }

  private static void check(TrainerService trainer) {
    if (trainer.ended().isCompletedExceptionally()) {
      throw new IllegalStateException(
          "the trainer stopped: " + trainer.ended().handle((none, e) -> e.getMessage()).join());
    }
  }

  private void sayStart(Policy policy) {
    progress.say("from %s (%s)".formatted(policy.getName(), policy.getVersion()));
  }

  /** Trains and evaluates; serves nobody, as nobody samples. */
  private TrainerConfig trainerConfig() {
    TrainerConfig standard =
        TrainerFile.defaults()
            .trainer()
            .in(plan.dir().resolve("trainer"), List.of(plan.benchmark()), Optional.empty());
    TrainerConfig.Server server = standard.server();
    return standard.with(
        new TrainerConfig.Server(
            false,
            server.host(),
            server.port(),
            server.batch(),
            server.gatherMillis(),
            server.queue(),
            server.policies(),
            server.maxTokens()));
  }
}
