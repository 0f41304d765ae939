package orcaflow.trainer.train;

import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.torch.Precision;

/**
 * All that decides how an iteration trains: the same plan ends with the same weights, wherever it
 * was interrupted.
 *
 * @param iteration as it was opened
 * @param rowsHash names its rows
 * @param data its rows in token ids
 * @param seed of the order of the rows
 * @param start the weights it begins with
 * @param reference the frozen weights that KTO and DPO compare with
 * @param precision of matrix products
 * @param sampler version of the policy whose weights it begins with, if it has one; decides nothing
 */
record TrainingPlan(
    Iteration iteration,
    String rowsHash,
    StudentConfig config,
    TrainingData.Examples<?> data,
    IterationSpec spec,
    long seed,
    Weights start,
    Weights reference,
    Precision precision,
    Optional<String> sampler) {

  /** The adapter that is trained; none if all weights are. */
  Optional<Lora> lora() {
    return spec.lora().map(lora -> new Lora(lora.rank(), lora.alpha(), lora.targets()));
  }

  AdamWSettings optimiser() {
    return new AdamWSettings(
        spec.learningRate(),
        spec.warmup(),
        spec.schedule(),
        spec.finalFraction(),
        spec.steps(),
        spec.weightDecay(),
        0.9,
        spec.beta2(),
        1e-8,
        spec.clip());
  }

  /** Names this plan. The hashes of checkpoints that exist are made in the same way. */
  String hash() {
    String settings =
        Ids.hash(
            spec.toString(),
            Long.toString(seed),
            config.toString(),
            start.hash(),
            reference.hash());
    // Plans from before there was a choice were in float32, and their hash does not name it.
    String named =
        precision == Precision.FLOAT32 ? settings : Ids.hash(settings, precision.label());
    return Ids.hash(rowsHash, named);
  }
}
