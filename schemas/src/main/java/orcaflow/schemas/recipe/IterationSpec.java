package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.schemas.Topic;

/**
 * One iteration of training, checked and typed. A recipe file writes it as the flat list of {@link
 * IterationKeys}.
 *
 * @param name M1, M2, ...
 * @param objective what is optimised, with the settings of that objective
 * @param share fraction of the problems that get rollouts for it; none for an iteration that learns
 *     from demonstrations
 * @param reference what the policy is compared with
 * @param steps optimiser steps
 * @param batch rows of a step
 * @param learningRate peak learning rate
 * @param warmup steps of linear warm-up
 * @param schedule of the learning rate after the warm-up
 * @param finalFraction fraction of the peak at the last step
 * @param weightDecay AdamW, on matrices only
 * @param beta2 AdamW second-moment decay
 * @param clip largest global gradient norm
 * @param lora train an adapter; none to train all weights
 * @param microBatch most rows of one forward and backward pass; none to let the number of tokens
 *     decide
 * @param groupByLength whether rows of about one length share a batch
 * @param rows new rows that open the iteration where the trainer opens iterations; none to let the
 *     trainer's configuration decide
 * @param problems most problems that get rollouts for it, where iterations repeat; none for all
 *     that are due
 * @param mixed most of those, as a share, that are sampled again because some of their rollouts
 *     were right and some wrong the last time
 * @param maxAge most policies that a rollout may lag behind the one that the iteration starts from;
 *     none for any number
 * @param epochs most passes over the rows; none for as many as the steps make
 * @param keys the iteration as it is written
 */
public record IterationSpec(
    String name,
    ObjectiveSpec objective,
    Optional<Double> share,
    Reference reference,
    int steps,
    int batch,
    double learningRate,
    int warmup,
    Schedule schedule,
    double finalFraction,
    double weightDecay,
    double beta2,
    double clip,
    Optional<Lora> lora,
    Optional<Integer> microBatch,
    boolean groupByLength,
    Optional<Long> rows,
    Optional<Integer> problems,
    double mixed,
    Optional<Integer> maxAge,
    Optional<Double> epochs,
    IterationKeys keys) {

  /**
   * What KTO and DPO compare with: the {@code START} of the iteration, or the {@code BASE}, which
   * is what came before the first iteration on rollouts. That is the result of the first iteration
   * or, where the first one learns from rollouts, the student's folder.
   */
  public enum Reference {
    START,
    BASE
  }

  /**
   * Low-rank adaptation (arXiv 2106.09685): only an adapter of each target is trained.
   *
   * @param rank of the adapter's matrices
   * @param alpha alpha / rank is the factor on the adapter's product
   * @param targets projections of a layer by their Hugging Face names
   */
  public record Lora(int rank, double alpha, Set<String> targets) {
    private static final List<String> PROJECTIONS =
        List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    public Lora {
      String wanted = "one or more of " + String.join(", ", PROJECTIONS);
      require(rank >= 1, "lora.rank", rank, "1 or more");
      require(alpha > 0 && Double.isFinite(alpha), "lora.alpha", alpha, "more than 0");
      require(targets != null && !targets.isEmpty(), "lora.targets", targets, wanted);
      for (String target : targets) {
        boolean known = target != null && PROJECTIONS.contains(target);
        require(known, "lora.targets", String.valueOf(target), wanted);
      }
      // In order, so that the text of a recipe is the same in every JVM.
      targets = Collections.unmodifiableSet(new TreeSet<>(targets));
    }
  }

  /**
   * Checks the keys and gives them types.
   *
   * @throws IllegalArgumentException naming the key, the value and what to write instead
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static IterationSpec of(IterationKeys keys) {
    String name = keys.name();
    require(
        name != null && name.matches("[A-Za-z0-9-]{1,20}"),
        "iterations.name",
        name,
        "letters, digits, '-'");
    ObjectiveSpec objective = ObjectiveSpec.of(keys);
    keys.share().ifPresent(RolloutShare::new);
    Reference reference =
        Words.constant("reference", keys.reference().orElse("start"), Reference.values());
    int steps = keys.steps();
    require(steps >= 1, "steps", steps, "1 or more");
    require(keys.batch() >= 1, "batch", keys.batch(), "1 or more");
    require(keys.learningRate() > 0, "learningRate", keys.learningRate(), "more than 0");
    int warmup = keys.warmup();
    require(warmup >= 0 && warmup <= steps, "warmup", warmup, "0 to steps");
    Schedule schedule = Schedule.of(keys.schedule());
    double finalFraction = keys.finalFraction();
    require(finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "0 to 1");
    require(keys.weightDecay() >= 0, "weightDecay", keys.weightDecay(), "0 or more");
    double beta2 = keys.beta2();
    require(beta2 > 0 && beta2 < 1, "beta2", beta2, "between 0 and 1");
    require(keys.clip() > 0, "clip", keys.clip(), "more than 0");
    Optional<Integer> microBatch = keys.microBatch();
    require(microBatch.orElse(1) >= 1, "microBatch", microBatch.orElse(null), "1 or more");
    require(keys.rows().orElse(1L) >= 1, "rows", keys.rows().orElse(null), "1 or more");
    Optional<Integer> problems = keys.problems();
    require(
        problems.isEmpty() || problems.get() >= 1 && keys.share().isPresent(),
        "problems",
        problems.orElse(null),
        "1 or more, to an iteration with a share");
    double mixed = keys.mixed().orElse(0.0);
    require(
        mixed >= 0 && mixed <= 1 && (mixed == 0 || problems.isPresent()),
        "mixed",
        mixed,
        "0 to 1, to an iteration with problems");
    Optional<Integer> maxAge = keys.maxAge();
    require(
        maxAge.isEmpty() || maxAge.get() >= 0 && keys.share().isPresent(),
        "maxAge",
        maxAge.orElse(null),
        "0 or more, to an iteration with a share");
    Optional<Double> epochs = keys.epochs();
    require(epochs.orElse(1.0) > 0, "epochs", epochs.orElse(null), "more than 0");
    return new IterationSpec(
        name,
        objective,
        keys.share(),
        reference,
        steps,
        keys.batch(),
        keys.learningRate(),
        warmup,
        schedule,
        finalFraction,
        keys.weightDecay(),
        beta2,
        keys.clip(),
        keys.lora(),
        microBatch,
        keys.groupByLength().orElse(false),
        keys.rows(),
        problems,
        mixed,
        maxAge,
        epochs,
        keys);
  }

  /**
   * The same with no more steps than make its {@code epochs}, and one at least.
   *
   * @param rows that are in its batches
   */
  public IterationSpec over(int rows) {
    if (epochs.isEmpty()) {
      return this;
    }
    int inBatch = Math.max(1, Math.min(batch, rows));
    int most = (int) Math.max(1, Math.min(steps, Math.floor(epochs.get() * rows / inBatch)));
    return with(name, share, most);
  }

  /** The same under another name and with another share of problems that get rollouts. */
  public IterationSpec sampling(String other, Optional<Double> otherShare) {
    return with(other, otherShare, steps);
  }

  /** The keys stay as they are written. */
  private IterationSpec with(String name, Optional<Double> share, int steps) {
    return new IterationSpec(
        name,
        objective,
        share,
        reference,
        steps,
        batch,
        learningRate,
        Math.min(warmup, steps),
        schedule,
        finalFraction,
        weightDecay,
        beta2,
        clip,
        lora,
        microBatch,
        groupByLength,
        rows,
        problems,
        mixed,
        maxAge,
        epochs,
        keys);
  }

  /** The same under another name. */
  IterationSpec named(String other) {
    return of(keys.named(other));
  }

  /** The word of its objective: sft, kto, dpo, gspo. */
  public String algorithm() {
    return objective.algorithm();
  }

  /** The topic that its rows are in. */
  public Topic<?> topic() {
    return objective.topic();
  }

  /** Whether the iteration learns from rollouts of the policy before it. */
  public boolean fromRollouts() {
    return share.isPresent();
  }

  /** The text of {@link IterationKeys}, of which hashes are made. */
  @Override
  public String toString() {
    return keys.toString();
  }
}
