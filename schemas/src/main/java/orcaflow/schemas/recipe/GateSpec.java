package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

/**
 * When the weights that an iteration ended with become the policy: when they are not worse than
 * those that it began with, on questions that are neither trained on nor part of a benchmark.
 *
 * @param margin what counts as worse: pass@1 lower by this much is let through in one case of
 *     twenty at most; what is surely lower by less is not let through either
 */
public record GateSpec(double margin) {

  public GateSpec {
    require(margin >= 0 && margin <= 0.5, "gate.margin", margin, "0 to 0.5");
  }
}
