package orcaflow.trainer.objective;

import orcaflow.schemas.recipe.Algorithm;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.ObjectiveSpec;

/** The objective of an iteration. */
public final class Objectives {

  private Objectives() {}

  /** The objective with the settings of an iteration. */
  public static Objective<?, ?> of(IterationSpec spec) {
    if (spec.objective() instanceof ObjectiveSpec.Sft sft) {
      return spec.fromRollouts() ? Sft.onRightAnswers(sft.distinct()) : Sft.onDemonstrations();
    }
    if (spec.objective() instanceof ObjectiveSpec.Kto kto) {
      return new Kto(kto);
    }
    if (spec.objective() instanceof ObjectiveSpec.Dpo dpo) {
      return new Dpo(dpo);
    }
    if (spec.objective() instanceof ObjectiveSpec.Gspo gspo) {
      return new Gspo(gspo.nllWeight());
    }
    return found(((ObjectiveSpec.Extension) spec.objective()).extension()).with(spec);
  }

  private static Objective<?, ?> found(Algorithm algorithm) {
    if (algorithm instanceof Objective<?, ?> objective) {
      return objective;
    }
    throw new IllegalStateException(
        "algorithm %s is in %s, which is no Objective of the trainer"
            .formatted(algorithm.algorithm(), algorithm.getClass().getName()));
  }
}
