package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import org.junit.jupiter.api.Test;

class PositionTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final RunAccounting accounting = new RunAccounting(Scene.RECIPE);

  @Test
  void isNextThenOpenThenDone() {
    assertThat(text(Scene.RECIPE)).isEqualTo("iteration 1 of 2: M1 sft is next, 1 steps");

    accounting.count(iteration(1, "M1"));
    assertThat(text(Scene.RECIPE)).isEqualTo("iteration 1 of 2: M1 kto is trained, step 0 of 1");
    accounting.count(step("M1", 1));
    assertThat(text(Scene.RECIPE)).isEqualTo("iteration 1 of 2: M1 kto is trained, step 1 of 1");

    accounting.count(policy(1, "M1"));
    assertThat(text(Scene.RECIPE)).isEqualTo("iteration 2 of 2: M2 kto is next, 1 steps");

    accounting.count(iteration(2, "M2"));
    accounting.count(policy(2, "M2"));
    assertThat(text(Scene.RECIPE))
        .isEqualTo("iteration 2 of 2: M2 kto is trained, and no other follows");
  }

  /** As where {@code --recipe} names another one than the run was made with. */
  @Test
  void aRunIsAlsoReadWithARecipeThatLacksItsIterations() {
    for (int number = 1; number <= 3; number++) {
      accounting.count(iteration(number, "M" + number));
    }
    accounting.count(policy(1, "M1"));
    accounting.count(policy(2, "M2"));
    accounting.count(step("M3", 1));
    assertThat(text(Scene.RECIPE))
        .isEqualTo("iteration 3, which the recipe lacks: M3 kto is trained, step 1 of 1");

    accounting.count(policy(3, "M3"));
    assertThat(text(Scene.RECIPE))
        .isEqualTo("iteration 3, which the recipe lacks: M3 kto is trained, and no other follows");
  }

  @Test
  void aRecipeWithoutAnEndHasAlwaysANextOne() {
    Recipe endless = RecipeFile.read("continuous", Map.of()).recipe();
    int after = endless.iterations().size() + 3;
    accounting.count(policy(after - 1, "M" + (after - 1)));

    Position position = Position.of(endless, accounting.snapshot());

    assertThat(position.state()).isEqualTo(Position.State.NEXT);
    assertThat(position.text())
        .startsWith("iteration %d, without end: M%d ".formatted(after, after));
  }

  @Test
  void theRowsThatOpenAnIterationAreThoseOfTheTrainersMetrics() {
    String metrics =
        """
        # HELP orcaflow_train_rows_new Rows that are there for the next iteration
        # TYPE orcaflow_train_rows_new gauge
        orcaflow_train_rows_new{service="trainer"} 898.0
        orcaflow_train_rows_wanted{service="trainer"} 2000.0
        """;
    assertThat(NextRows.read(metrics))
        .map(rows -> rows.text("M2"))
        .contains("898 of 2,000 rows until M2 opens");
    assertThat(NextRows.read(metrics.replace("2000.0", "0.0"))).isEmpty();
    assertThat(NextRows.read("")).isEmpty();
  }

  private String text(Recipe recipe) {
    return Position.of(recipe, accounting.snapshot()).text();
  }

  private static Iteration iteration(int number, String name) {
    return new Iteration("id-" + name, number, name, "kto", "scene@1", List.of(), TIME);
  }

  private static TrainingStep step(String iteration, int number) {
    return TrainingStep.newBuilder()
        .setId(iteration + "/" + number)
        .setIteration(iteration)
        .setAlgorithm("sft")
        .setStep(number)
        .setSteps(1)
        .setLoss(1)
        .setGradNorm(1)
        .setLearningRate(0.001)
        .setExamples(1)
        .setTokens(10)
        .setSeconds(0.5)
        .setTime(TIME)
        .build();
  }

  private static Policy policy(int number, String name) {
    return Policy.newBuilder(new Scene(4).policy()).setIteration(number).setName(name).build();
  }
}
