package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.Rig;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.Objectives;
import orcaflow.trainer.objective.ToyObjective;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.torch.Precision;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new algorithm is one class and one line: {@link ToyObjective} is both, and no more is there.
 */
class ToyObjectiveTest {

  private static final TrainerConfig.Checkpointing EVERY_THREE_STEPS =
      new TrainerConfig.Checkpointing(3, 3600, 2);

  @TempDir Path dir;

  @Test
  void aRecipeNamesIt() {
    IterationSpec spec = recipe("beta: 0.5, ").iterations().get(0);

    assertThat(spec.algorithm()).isEqualTo("toy");
    assertThat(spec.topic()).isEqualTo(Topics.DEMONSTRATIONS);
    assertThat(Objectives.of(spec)).isInstanceOf(ToyObjective.class);
  }

  @Test
  void itsSettingsAndItsWordAreCheckedLikeThoseOfTheOthers() {
    assertThatThrownBy(() -> recipe("beta: -1, "))
        .hasMessage("r.yaml: iterations.[0]: beta is '-1.0': give more than 0");
    assertThatThrownBy(() -> parse(text("").replace("algorithm: toy", "algorithm: ppo")))
        .hasMessage("r.yaml: iterations.[0]: algorithm is 'ppo': give sft, kto, dpo, gspo or toy");
  }

  @Test
  void itTrainsInTheTrainingLoopAndContinuesFromACheckpoint() {
    TrainingPlan plan = plan(recipe("beta: 0.5, ").iterations().get(0));
    assertThat(plan.data().note()).isEqualTo("30 demonstrations");
    List<Double> losses = new ArrayList<>();
    TrainingResult through =
        IterationRun.of(plan, checkpoints("through"), EVERY_THREE_STEPS, collecting(losses))
            .run(() -> false);
    assertThat(through.step()).isEqualTo(12);
    assertThat(losses).hasSize(12);
    assertThat(losses.get(11)).isLessThan(0.8 * losses.get(0));

    List<Double> again = new ArrayList<>();
    IterationRun first =
        IterationRun.of(plan, checkpoints("stopped"), EVERY_THREE_STEPS, collecting(again));
    assertThatThrownBy(() -> first.run(() -> first.step() == 7)).isInstanceOf(Stopped.class);
    assertThat(checkpoints("stopped").newest(plan.hash()).orElseThrow().head().step()).isEqualTo(7);
    TrainingResult resumed =
        IterationRun.of(plan, checkpoints("stopped"), EVERY_THREE_STEPS, collecting(again))
            .run(() -> false);
    assertThat(again).isEqualTo(losses);
    assertThat(resumed.weights().hash()).isEqualTo(through.weights().hash());
  }

  private static StepListener collecting(List<Double> losses) {
    return done -> losses.add(done.result().loss());
  }

  private Checkpoints checkpoints(String name) {
    return new Checkpoints(dir.resolve(name), 2);
  }

  private static TrainingPlan plan(IterationSpec spec) {
    return plan(spec, (ToyObjective) Objectives.of(spec), Rig.demonstrations(30));
  }

  private static <R extends SpecificRecord> TrainingPlan plan(
      IterationSpec spec, Objective<R, ?> objective, List<R> read) {
    Rows<R> rows = RowsOf.events(read, objective, Rows.Belongs.only(1));
    StudentFolder start =
        FreshStudent.of((StudentSpec.Shape) recipe("beta: 1, ").student(), 1, rows.texts());
    ExampleEncoder encoder = new ExampleEncoder(start.tokenizer());
    return new TrainingPlan(
        Iteration.newBuilder()
            .setId("run/M1")
            .setNumber(1)
            .setName("M1")
            .setAlgorithm("toy")
            .setRecipe("small@test")
            .setRanges(List.of())
            .setTime(Instant.EPOCH)
            .build(),
        rows.hash(),
        start.config(),
        (TrainingData.Examples<?>)
            TrainingData.of(objective, rows.rows(), encoder, 64, spec.batch()),
        spec,
        6,
        start.weights(),
        start.weights(),
        Precision.FLOAT32,
        Optional.empty());
  }

  private static Recipe recipe(String settings) {
    return parse(text(settings));
  }

  private static String text(String settings) {
    return Rig.recipeText(12, "", settings).replaceFirst("algorithm: sft", "algorithm: toy");
  }

  private static Recipe parse(String text) {
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of());
  }
}
