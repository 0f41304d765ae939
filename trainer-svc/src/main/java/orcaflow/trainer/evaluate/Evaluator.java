package orcaflow.trainer.evaluate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.log.TopicFollower;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates each policy of a run on each benchmark, greedy and sampled, once. Runs on one thread
 * with a sampler of its own until it is stopped; unfinished evaluations are done at the next start.
 */
public final class Evaluator implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);
  private static final Duration WAIT = Duration.ofMillis(300);

  private final KafkaAccess kafka;
  private final PolicyFolders folders;
  private final List<Benchmark> benchmarks;
  private final List<DecodingMode> modes;
  private final long seed;
  private final int batch;
  private final Progress progress;
  private final BooleanSupplier stop;

  /**
   * Reads the benchmarks.
   *
   * @param folders of the run's policies
   * @throws IllegalArgumentException naming file and line of the row that cannot be used
   */
  public Evaluator(
      KafkaAccess kafka,
      PolicyFolders folders,
      TrainerConfig.Evaluate settings,
      Recipe recipe,
      Progress progress,
      BooleanSupplier stop) {
    this.kafka = kafka;
    this.folders = folders;
    this.benchmarks = settings.benchmarks().stream().map(Path::of).map(Benchmark::read).toList();
    this.modes = DecodingMode.both(recipe.evaluation());
    this.seed = recipe.seed();
    this.batch = settings.batch();
    this.progress = progress;
    this.stop = stop;
  }

  @Override
  public void run() {
    try (IdempotentWriter writer =
            new IdempotentWriter(kafka, "evaluator", List.of(Topics.EVALUATIONS));
        TopicFollower<Policy> policies = new TopicFollower<>(kafka, "evaluator", Topics.POLICIES)) {
      while (!stop.getAsBoolean()) {
        for (Policy policy : policies.poll(WAIT)) {
          evaluate(folders.found(policy), writer);
          policies.showPosition();
        }
      }
    } catch (Stopped stopped) {
      LOG.info("the evaluator ends; an unfinished evaluation is repeated at the next start");
    }
  }

  private void evaluate(Policy policy, IdempotentWriter writer) {
    String version = policy.getVersion();
    boolean done =
        benchmarks.stream()
            .allMatch(
                b ->
                    modes.stream()
                        .allMatch(
                            m ->
                                writer.holds(
                                    Topics.EVALUATIONS, BenchmarkRunner.id(version, b, m))));
    if (done) {
      return;
    }
    StudentFolder student = StudentFolder.load(Path.of(policy.getLocation()));
    try (BenchmarkRunner runner = new BenchmarkRunner(version, policy.getName(), student, batch)) {
      for (Benchmark benchmark : benchmarks) {
        for (DecodingMode mode : modes) {
          if (!writer.holds(Topics.EVALUATIONS, BenchmarkRunner.id(version, benchmark, mode))) {
            evaluate(runner, version, benchmark, mode, writer);
          }
        }
      }
    }
  }

  private void evaluate(
      BenchmarkRunner runner,
      String version,
      Benchmark benchmark,
      DecodingMode mode,
      IdempotentWriter writer) {
    int total = benchmark.items().size() * mode.samples();
    Evaluation evaluation =
        runner.evaluate(
            benchmark,
            mode,
            seed,
            done -> progress.evaluating(version, mode.name(), done, total),
            stop);
    writer.append(Topics.EVALUATIONS, evaluation);
    writer.flush();
    progress.evaluated(evaluation);
    LOG.info(
        "{} on {}, {}: {} of {} right",
        version,
        benchmark.name(),
        mode.name(),
        evaluation.getCorrect(),
        evaluation.getN());
  }
}
