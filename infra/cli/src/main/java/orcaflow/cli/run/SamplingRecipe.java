package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;

/**
 * A recipe up to its first rollouts, which every problem gets. A given student answers at once. A
 * fresh one learns first what the recipe puts before the rollouts. Nothing is trained on them.
 */
public final class SamplingRecipe {

  private static final String NAME = "rollouts";

  private SamplingRecipe() {}

  /** Whether the student can answer before anything is trained. */
  public static boolean answersAtOnce(Recipe recipe) {
    return recipe.student() instanceof StudentSpec.Folder;
  }

  /** The recipe that samples: its last iteration is the one with rollouts. */
  public static Recipe of(Recipe recipe) {
    List<IterationSpec> iterations = new ArrayList<>();
    if (!answersAtOnce(recipe)) {
      iterations.addAll(before(recipe.iterations()));
    }
    List<IterationSpec> all = recipe.iterations();
    iterations.add(
        forAll(
            all.stream()
                .filter(IterationSpec::fromRollouts)
                .findFirst()
                .orElseGet(() -> all.get(all.size() - 1))));
    return new Recipe(
        recipe.name(),
        recipe.seed(),
        recipe.expansion(),
        recipe.student(),
        recipe.rollouts(),
        recipe.evaluation(),
        recipe.labelling(),
        iterations);
  }

  private static List<IterationSpec> before(List<IterationSpec> all) {
    return all.stream().takeWhile(step -> !step.fromRollouts()).toList();
  }

  private static IterationSpec forAll(IterationSpec step) {
    return new IterationSpec(
        NAME,
        step.objective(),
        Optional.of(1.0),
        step.reference(),
        step.steps(),
        step.batch(),
        step.learningRate(),
        step.warmup(),
        step.schedule(),
        step.finalFraction(),
        step.weightDecay(),
        step.beta2(),
        step.clip(),
        step.lora(),
        step.microBatch(),
        step.groupByLength(),
        step.keys());
  }
}
