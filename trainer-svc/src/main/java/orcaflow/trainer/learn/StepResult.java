package orcaflow.trainer.learn;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one optimiser step saw, before it moved the weights.
 *
 * @param step steps done, this one included unless it was undone
 * @param loss of the whole batch
 * @param gradNorm global L2 norm before clipping
 * @param tokens prompt and completion tokens of the batch, without padding
 * @param undone what was not finite, if anything: then weights, moments and step are as before
 */
public record StepResult(
    int step,
    double loss,
    Rewards rewards,
    double gradNorm,
    double learningRate,
    long tokens,
    Optional<String> undone) {

  public OptionalDouble kl() {
    return rewards.kl();
  }

  public OptionalDouble rewardChosen() {
    return rewards.chosen();
  }

  public OptionalDouble rewardRejected() {
    return rewards.rejected();
  }
}
