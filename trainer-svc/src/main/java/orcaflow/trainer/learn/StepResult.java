package orcaflow.trainer.learn;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one optimiser step saw, before it moved the weights.
 *
 * @param step steps done, this one included unless it was undone
 * @param loss of the whole batch
 * @param kl KTO's estimate of how far the policy is from the reference, in nats a sequence; clamped
 *     at 0
 * @param rewardChosen mean of beta times the log-ratio over desirable or chosen completions
 * @param rewardRejected the same over undesirable or rejected ones
 * @param gradNorm global L2 norm before clipping
 * @param tokens prompt and completion tokens of the batch, padding not counted
 * @param undone what was not finite, if anything: then weights, moments and step are as before
 */
public record StepResult(
    int step,
    double loss,
    OptionalDouble kl,
    OptionalDouble rewardChosen,
    OptionalDouble rewardRejected,
    double gradNorm,
    double learningRate,
    long tokens,
    Optional<String> undone) {

  /** Reward of chosen completions less that of rejected ones, where there are both. */
  public OptionalDouble rewardMargin() {
    return rewardChosen.isPresent() && rewardRejected.isPresent()
        ? OptionalDouble.of(rewardChosen.getAsDouble() - rewardRejected.getAsDouble())
        : OptionalDouble.empty();
  }
}
