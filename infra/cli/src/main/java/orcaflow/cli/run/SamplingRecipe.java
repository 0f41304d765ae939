package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.recipe.ExpansionRule;
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
        all.stream()
            .filter(IterationSpec::fromRollouts)
            .findFirst()
            .orElseGet(() -> all.get(all.size() - 1))
            .sampling(NAME, Optional.of(1.0)));
    return recipe.iterating(iterations);
  }

  /** The recipe without any rollouts. */
  public static Recipe without(Recipe recipe) {
    return recipe.iterating(
        recipe.iterations().stream()
            .map(step -> step.sampling(step.name(), Optional.empty()))
            .toList());
  }

  /** The same with no more rounds of edits than these. */
  public static Recipe editing(Recipe recipe, int rounds) {
    ExpansionRule expansion = recipe.expansion();
    return recipe.expanding(
        new ExpansionRule(expansion.askShare(), Math.min(rounds, expansion.rounds())));
  }

  private static List<IterationSpec> before(List<IterationSpec> all) {
    return all.stream().takeWhile(step -> !step.fromRollouts()).toList();
  }
}
