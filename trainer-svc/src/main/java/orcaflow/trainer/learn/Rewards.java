package orcaflow.trainer.learn;

import java.util.OptionalDouble;

/**
 * What a step saw of the policy beside its reference; nothing where an objective has no reference.
 *
 * @param kl KTO's estimate of how far the policy is from the reference, in nats per sequence;
 *     clamped at 0
 * @param chosen mean of beta times the log-ratio over desirable or chosen completions
 * @param rejected the same over undesirable or rejected ones
 */
public record Rewards(OptionalDouble kl, OptionalDouble chosen, OptionalDouble rejected) {

  public static final Rewards NONE =
      new Rewards(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** Reward of chosen completions less that of rejected ones, where there are both. */
  public OptionalDouble margin() {
    return chosen.isPresent() && rejected.isPresent()
        ? OptionalDouble.of(chosen.getAsDouble() - rejected.getAsDouble())
        : OptionalDouble.empty();
  }
}
