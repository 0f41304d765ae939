package orcaflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;
import org.junit.jupiter.api.Test;

class AblationTest {

  @Test
  void theTableHasTheStartAndARowForEachArm() {
    Ablation ablation =
        new Ablation(
            "main",
            trained("M1", "sft", 1400, 10),
            List.of(
                new Ablation.Outcome(
                    Ablation.ARMS.get(0), "a", trained("M2", "kto", 50, 20), paired("M2-1")),
                new Ablation.Outcome(
                    Ablation.ARMS.get(1), "b", trained("M2", "kto", 50, 30), Optional.empty())));
    assertThat(ablation.text().lines())
        .containsExactly(
            "| arm | labelling | algorithm | steps | greedy pass@1 | greedy less the start's | sampled pass@1 | sampled less the start's | rows |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            "| start: M1 |  | sft | 1400 | 0.100 [0.050, 0.150] n=100 |  | 0.100 [0.050, 0.150] n=100 |  | 7 rows |",
            "| kto | paper | kto | 50 | 0.200 [0.150, 0.250] n=100 | +0.100 [+0.020, +0.180] | 0.200 [0.150, 0.250] n=100 |  | 7 rows |",
            "| kto-teacher-only | teacher-only | kto | 50 | 0.300 [0.250, 0.350] n=100 |  | 0.300 [0.250, 0.350] n=100 |  | 7 rows |");
  }

  @Test
  void everyArmTakesAsManyStepsOfAsManyRowsAtTheSameRates() throws Exception {
    IterationSpec first = lastStep(Ablation.ARMS.get(0));
    for (Ablation.Arm arm : Ablation.ARMS) {
      IterationSpec step = lastStep(arm);
      assertThat(Labelling.named(arm.labelling()).name()).isEqualTo(arm.labelling());
      assertThat(step.steps()).as(arm.name()).isEqualTo(first.steps());
      assertThat(step.batch()).as(arm.name()).isEqualTo(first.batch());
      assertThat(step.learningRate()).as(arm.name()).isEqualTo(first.learningRate());
      assertThat(step.schedule()).as(arm.name()).isEqualTo(first.schedule());
      assertThat(step.warmup()).as(arm.name()).isEqualTo(first.warmup());
    }
  }

  /** The policy before and after the start, greedy: only the latter is in the table. */
  private static Optional<PairedScores> paired(String version) {
    return PairedScores.of(
        List.of(
            new PairedScores.Row(
                "M0 -> M1", "M0-1", "M1-1", "b", "greedy", 100, 1, 0, 9, 0.09, 0.0, 0.1, 0.5, 0.5),
            new PairedScores.Row(
                "M1 -> M2",
                "M1-1",
                version,
                "b",
                "greedy",
                100,
                1,
                5,
                15,
                0.1,
                0.02,
                0.18,
                0.5,
                0.5)));
  }

  private static IterationSpec lastStep(Ablation.Arm arm) throws Exception {
    Recipe recipe = RecipeFile.read(arm.recipe(), Map.of()).recipe();
    assertThat(recipe.iterations()).hasSize(2);
    return recipe.iterations().get(1);
  }

  private static ReplayReport.Trained trained(
      String name, String algorithm, int steps, int correct) {
    Report.Score score =
        new Report.Score(
            100,
            correct,
            correct / 100.0,
            correct / 100.0 - 0.05,
            correct / 100.0 + 0.05,
            List.of());
    return new ReplayReport.Trained(
        new Report.IterationResult(
            name, algorithm, name + "-1", steps, 64L, 1.0, Optional.empty(), score, score),
        "hash",
        "7 rows");
  }
}
