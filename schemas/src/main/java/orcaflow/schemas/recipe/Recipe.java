package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/**
 * What a run is to do: how problems are expanded, who the student is, and the iterations of
 * training. {@code orca-math} is SFT, then KTO twice (Orca-Math, section 3).
 *
 * @param name name of the recipe
 * @param seed seed of everything random
 * @param expansion what the agents make of the seeds
 * @param student who it begins with: a fresh one, or a model that is there
 * @param rollouts how the student is sampled for training data
 * @param evaluation how it is evaluated beside greedy decoding
 * @param labelling labelling policy by name
 * @param iterations in order
 */
public record Recipe(
    String name,
    long seed,
    ExpansionRule expansion,
    StudentSpec student,
    Sampling rollouts,
    Sampling evaluation,
    String labelling,
    List<Step> iterations) {

  private static final Set<String> ALGORITHMS = Set.of("sft", "kto", "dpo");
  private static final Set<String> LOSSES = Set.of("kto", "apo_zero_unpaired");
  private static final String LOSSES_TOLD = "kto or apo_zero_unpaired";
  private static final Set<String> SCHEDULES = Set.of("cosine", "linear", "constant");

  public Recipe {
    require(
        name != null && name.matches("[a-z0-9-]{1,40}"), "name", name, "1 to 40 of a-z, 0-9, '-'");
    require(expansion != null, "expansion", null, "askShare and rounds");
    require(
        student != null, "student", null, "the shape of a fresh student, or the folder of a model");
    require(rollouts != null, "rollouts", null, "how rollouts are sampled");
    require(evaluation != null, "evaluation", null, "how evaluation samples");
    require(
        labelling != null && !labelling.isBlank(), "labelling", labelling, "a labelling policy");
    require(iterations != null && !iterations.isEmpty(), "iterations", null, "at least one");
    iterations = List.copyOf(iterations);
    Set<String> names = new HashSet<>();
    for (Step step : iterations) {
      require(names.add(step.name()), "iterations.name", step.name(), "a name used once");
    }
  }

  /** The same under another labelling policy. */
  public Recipe labelled(String policy) {
    return new Recipe(name, seed, expansion, student, rollouts, evaluation, policy, iterations);
  }

  /** The same beginning with another student. */
  public Recipe beginningWith(StudentSpec other) {
    return new Recipe(name, seed, expansion, other, rollouts, evaluation, labelling, iterations);
  }

  /** The same as read from a file: the student's folder, if relative, is one beside that file. */
  public Recipe readFrom(Path file) {
    return student instanceof StudentSpec.Folder given
        ? beginningWith(
            new StudentSpec.Folder(
                file.toAbsolutePath().resolveSibling(given.path()).normalize().toString()))
        : this;
  }

  /** {@code name@hash}, the identity of a recipe in events. */
  public String id(String text) {
    return name + "@" + Ids.contentHash(text).substring(0, 12);
  }

  /**
   * How the student is sampled.
   *
   * @param samples completions per question
   * @param temperature 0 is greedy
   * @param topP nucleus mass, in (0, 1]
   * @param maxTokens longest completion
   */
  public record Sampling(int samples, double temperature, double topP, int maxTokens) {
    public Sampling {
      require(samples >= 1 && samples <= 64, "samples", samples, "1 to 64");
      require(temperature >= 0, "temperature", temperature, "0 or more");
      require(topP > 0 && topP <= 1, "topP", topP, "a number in (0, 1]");
      require(maxTokens >= 1, "maxTokens", maxTokens, "1 or more");
    }
  }

  /**
   * Low-rank adaptation (arXiv 2106.09685): only an adapter of each target learns.
   *
   * @param rank of the adapter's matrices
   * @param alpha alpha / rank is the factor on what is learnt
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
   * One iteration.
   *
   * @param name M1, M2, ...
   * @param algorithm sft, kto or dpo
   * @param share fraction of the problems that get rollouts for it; none for an iteration that
   *     learns from demonstrations. SFT with a share is rejection sampling: it imitates the right
   *     answers among the rollouts, and the teacher's where the labelling counts them
   * @param reference {@code start} of the iteration or the {@code base}: what came before the first
   *     lesson on rollouts, which is the first iteration's result or, where that one learns from
   *     rollouts, the student's folder
   * @param steps optimiser steps
   * @param batch rows a step
   * @param learningRate peak learning rate
   * @param warmup steps of linear warm-up
   * @param schedule cosine, linear or constant after the warm-up
   * @param finalFraction fraction of the peak at the last step
   * @param beta KTO and DPO: strength of the pull to the reference
   * @param loss KTO: {@code kto} or {@code apo_zero_unpaired}, which needs no KL term; kto unless
   *     given
   * @param desirableWeight KTO: factor on the loss of desirable rows, together with
   *     undesirableWeight and instead of weightRatio
   * @param undesirableWeight KTO: factor on the loss of undesirable rows
   * @param nllWeight DPO: weight of the chosen completions' negative log-likelihood a token, added
   *     to the loss; none unless given
   * @param weightDecay AdamW, on matrices only
   * @param beta2 AdamW second-moment decay
   * @param clip largest global gradient norm
   * @param weightRatio KTO: wanted (desirable weight x desirable rows) / (undesirable weight x
   *     undesirable rows); 1 to 4/3 in the KTO paper, eq. 9
   * @param guard KTO and DPO: stop when the mean reward of desirable rows stays below this; none to
   *     never stop
   * @param lora learn an adapter; none to learn all weights
   * @param microBatch most rows in one forward and backward pass: the batch's gradient is
   *     accumulated over as many passes as it takes, and is that of the whole batch (KTO's KL, too,
   *     is the whole batch's); none to let the number of tokens decide
   * @param groupByLength whether rows of about one length share a batch, so that less is padding;
   *     not unless given
   */
  public record Step(
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
      Optional<Lora> lora,
      Optional<Integer> microBatch,
      Optional<Boolean> groupByLength) {
    public Step {
      require(
          name != null && name.matches("[A-Za-z0-9-]{1,20}"),
          "iterations.name",
          name,
          "letters, digits, '-'");
      require(ALGORITHMS.contains(algorithm), "algorithm", algorithm, "sft, kto or dpo");
      boolean fromRollouts = !"sft".equals(algorithm);
      require(
          !fromRollouts || share.isPresent(),
          "share",
          null,
          "a share of problems, as " + algorithm + " learns from rollouts");
      share.ifPresent(RolloutShare::new);
      require(
          Set.of("start", "base").contains(reference.orElse("start")),
          "reference",
          reference.orElse(""),
          "start or base");
      require(steps >= 1, "steps", steps, "1 or more");
      require(
          batch >= (fromRollouts ? 2 : 1),
          "batch",
          batch,
          fromRollouts ? "2 or more: a batch of one is its own mismatch" : "1 or more");
      require(learningRate > 0, "learningRate", learningRate, "more than 0");
      require(warmup >= 0 && warmup <= steps, "warmup", warmup, "0 to steps");
      require(SCHEDULES.contains(schedule), "schedule", schedule, "cosine, linear or constant");
      require(finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "0 to 1");
      require(!fromRollouts || beta.orElse(0.0) > 0, "beta", beta.orElse(null), "more than 0");
      boolean kto = "kto".equals(algorithm);
      require(kto || loss.isEmpty(), "loss", loss.orElse(""), "it to kto alone");
      require(LOSSES.contains(loss.orElse("kto")), "loss", loss.orElse(""), LOSSES_TOLD);
      requireWeights(kto, weightRatio, desirableWeight, undesirableWeight);
      require(
          nllWeight.isEmpty() || "dpo".equals(algorithm) && nllWeight.get() >= 0,
          "nllWeight",
          nllWeight.orElse(null),
          "0 or more, to dpo alone");
      require(weightDecay >= 0, "weightDecay", weightDecay, "0 or more");
      require(beta2 > 0 && beta2 < 1, "beta2", beta2, "between 0 and 1");
      require(clip > 0, "clip", clip, "more than 0");
      require(weightRatio.orElse(1.0) > 0, "weightRatio", weightRatio.orElse(null), "more than 0");
      require(microBatch.orElse(1) >= 1, "microBatch", microBatch.orElse(null), "1 or more");
    }

    /** The topic that its rows are in. */
    public Topic<?> data() {
      return switch (algorithm) {
        case "sft" -> fromRollouts() ? Topics.LABELLED_COMPLETIONS : Topics.DEMONSTRATIONS;
        case "kto" -> Topics.LABELLED_COMPLETIONS;
        default -> Topics.PREFERENCE_PAIRS;
      };
    }

    private static void requireWeights(
        boolean kto,
        Optional<Double> ratio,
        Optional<Double> desirable,
        Optional<Double> undesirable) {
      boolean given = desirable.isPresent() || undesirable.isPresent();
      require(
          !given || kto && ratio.isEmpty() && desirable.isPresent() && undesirable.isPresent(),
          "desirableWeight",
          desirable.orElse(null),
          "both weights or none, to kto alone and without weightRatio");
      require(desirable.orElse(1.0) >= 0, "desirableWeight", desirable.orElse(null), "0 or more");
      require(
          undesirable.orElse(1.0) >= 0, "undesirableWeight", undesirable.orElse(null), "0 or more");
      require(
          desirable.orElse(1.0) + undesirable.orElse(1.0) > 0,
          "desirableWeight",
          desirable.orElse(null),
          "more than 0 to one of the two weights");
    }

    /** Whether the iteration learns from rollouts of the policy before it. */
    public boolean fromRollouts() {
      return share.isPresent();
    }
  }
}
