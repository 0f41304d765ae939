package orcaflow.cli.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.cli.robustness.Robustness;
import orcaflow.cli.robustness.RobustnessSet;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.BenchmarkRunner;
import orcaflow.trainer.evaluate.DecodingMode;
import orcaflow.trainer.model.StudentFolder;

/** The last policy of a run on variants of its benchmark's questions. */
final class VariantScores {

  private static final int BATCH = 128;

  private VariantScores() {}

  /** Nothing where the benchmark has no variants. */
  static Optional<Robustness> ofLast(RunPlan plan, RunSnapshot snapshot, Progress progress) {
    Policy last = snapshot.policies().get(snapshot.policies().lastKey());
    Evaluation greedy = snapshot.evaluation(last.getVersion(), "greedy").orElseThrow();
    return RobustnessSet.of(Benchmark.read(plan.benchmark()))
        .map(
            set -> {
              try (BenchmarkRunner runner =
                  new BenchmarkRunner(
                      last.getVersion(),
                      last.getName(),
                      StudentFolder.load(Path.of(last.getLocation())),
                      BATCH)) {
                return Robustness.of(set, greedy, part -> evaluate(runner, plan, part, progress));
              }
            });
  }

  private static Evaluation evaluate(
      BenchmarkRunner runner, RunPlan plan, RobustnessSet.Part part, Progress progress) {
    return runner.evaluate(
        part.variants(),
        DecodingMode.greedy(plan.recipe().evaluation().maxTokens()),
        plan.recipe().seed(),
        done ->
            progress.show(
                "variants/" + part.kind(),
                done,
                OptionalLong.of(part.variants().items().size()),
                "answers"),
        Thread.currentThread()::isInterrupted);
  }
}
