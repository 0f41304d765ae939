package orcaflow.schemas.recipe;

import java.util.Optional;

/**
 * One iteration as a recipe file has it: a flat list of keys. Nothing is checked here; {@link
 * IterationSpec#of} checks the keys and gives them types.
 *
 * @param name M1, M2, ...
 * @param algorithm sft, kto, dpo or gspo, or the word of an {@link Algorithm}
 * @param share fraction of the problems that get rollouts for it; none for an iteration that learns
 *     from demonstrations. SFT with a share is rejection sampling: it imitates the right answers
 *     among the rollouts, and the teacher's where the labelling counts them
 * @param reference {@code start} of the iteration or the {@code base}: see {@link
 *     IterationSpec.Reference}
 * @param steps optimiser steps
 * @param batch rows of a step
 * @param learningRate peak learning rate
 * @param warmup steps of linear warm-up
 * @param schedule cosine, linear or constant after the warm-up
 * @param finalFraction fraction of the peak at the last step
 * @param beta KTO and DPO: strength of the pull to the reference
 * @param loss KTO: {@code kto} or {@code apo_zero_unpaired}, which needs no KL term; kto unless
 *     given
 * @param desirableWeight KTO: factor on the loss of desirable rows, together with undesirableWeight
 *     and instead of weightRatio
 * @param undesirableWeight KTO: factor on the loss of undesirable rows
 * @param nllWeight weight of a negative log-likelihood per token, added to the loss: with DPO that
 *     of the chosen completions, with GSPO that of the teacher's; 0 unless given
 * @param weightDecay AdamW, on matrices only
 * @param beta2 AdamW second-moment decay
 * @param clip largest global gradient norm
 * @param weightRatio KTO: wanted (desirable weight x desirable rows) / (undesirable weight x
 *     undesirable rows); 1 to 4/3 in the KTO paper, eq. 9; 1 unless given
 * @param guard KTO and DPO: stop when the mean reward of desirable rows stays below this; none to
 *     never stop
 * @param lora train an adapter; none to train all weights
 * @param microBatch most rows of one forward and backward pass: the batch's gradient is accumulated
 *     over as many passes as it takes, and is that of the whole batch (KTO's KL, too, is the whole
 *     batch's); none to let the number of tokens decide
 * @param groupByLength whether rows of about one length share a batch, so that less is padding; no
 *     unless given
 * @param rows new rows that open the iteration where the trainer opens iterations
 * @param problems most problems that get rollouts for it where iterations repeat: those first that
 *     have waited longest; all that are due unless given
 * @param mixed most of those problems, as a share, that are sampled again because some of their
 *     rollouts were right and some wrong the last time; 0 unless given
 * @param maxAge most policies that a rollout may lag behind the one that the iteration starts from;
 *     any number unless given
 * @param distinct SFT on rollouts: of equal answers to a problem the first alone; all unless given
 * @param epochs most passes over the rows: the iteration has fewer steps where its steps would be
 *     more passes
 */
public record IterationKeys(
    String name,
    String algorithm,
    Optional<Double> share,
    Optional<String> reference,
    int steps,
    int batch,
    double learningRate,
    int warmup,
    String schedule,
    double finalFraction,
    Optional<Double> beta,
    Optional<String> loss,
    Optional<Double> desirableWeight,
    Optional<Double> undesirableWeight,
    Optional<Double> nllWeight,
    double weightDecay,
    double beta2,
    double clip,
    Optional<Double> weightRatio,
    Optional<Double> guard,
    Optional<IterationSpec.Lora> lora,
    Optional<Integer> microBatch,
    Optional<Boolean> groupByLength,
    Optional<Long> rows,
    Optional<Integer> problems,
    Optional<Double> mixed,
    Optional<Integer> maxAge,
    Optional<Boolean> distinct,
    Optional<Double> epochs) {

  /** The same under another name. */
  IterationKeys named(String other) {
    return new IterationKeys(
        other,
        algorithm,
        share,
        reference,
        steps,
        batch,
        learningRate,
        warmup,
        schedule,
        finalFraction,
        beta,
        loss,
        desirableWeight,
        undesirableWeight,
        nllWeight,
        weightDecay,
        beta2,
        clip,
        weightRatio,
        guard,
        lora,
        microBatch,
        groupByLength,
        rows,
        problems,
        mixed,
        maxAge,
        distinct,
        epochs);
  }

  /**
   * The plan hash of a checkpoint is made of this text, and so is the recipe's id in the events of
   * a trainer that opens iterations: the text stays the same, {@code Step} included. When an
   * iteration is opened and which problems are sampled for it changes nothing of how it is trained
   * on its rows, so {@code rows}, {@code problems} and {@code mixed} are not in it.
   */
  @Override
  public String toString() {
    return "Step[name=%s, algorithm=%s, share=%s, reference=%s, steps=%s, batch=%s"
            .formatted(name, algorithm, share, reference, steps, batch)
        + ", learningRate=%s, warmup=%s, schedule=%s, finalFraction=%s"
            .formatted(learningRate, warmup, schedule, finalFraction)
        + ", beta=%s, loss=%s, desirableWeight=%s, undesirableWeight=%s, nllWeight=%s"
            .formatted(beta, loss, desirableWeight, undesirableWeight, nllWeight)
        + ", weightDecay=%s, beta2=%s, clip=%s, weightRatio=%s, guard=%s"
            .formatted(weightDecay, beta2, clip, weightRatio, guard)
        + ", lora=%s, microBatch=%s, groupByLength=%s".formatted(lora, microBatch, groupByLength)
        + maxAge.map(", maxAge=%d"::formatted).orElse("")
        + distinct.map(", distinct=%s"::formatted).orElse("")
        + epochs.map(", epochs=%s"::formatted).orElse("")
        + "]";
  }
}
