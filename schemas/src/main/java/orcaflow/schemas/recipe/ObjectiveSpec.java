package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import java.util.Optional;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/** What an iteration optimises, with the settings of that objective alone. */
public sealed interface ObjectiveSpec {

  String SFT = "sft";
  String KTO = "kto";
  String DPO = "dpo";
  String GSPO = "gspo";

  /** Its word in a recipe. */
  String algorithm();

  /** The topic that its rows are in. */
  Topic<?> topic();

  /** Training stops when the mean reward of desirable rows stays below this. */
  default Optional<Double> guard() {
    return Optional.empty();
  }

  /**
   * Supervised fine-tuning.
   *
   * @param topic demonstrations or, for rejection sampling, labelled completions
   * @param distinct whether of equal answers to a problem only the first counts
   */
  record Sft(Topic<?> topic, boolean distinct) implements ObjectiveSpec {
    @Override
    public String algorithm() {
      return SFT;
    }
  }

  /**
   * Kahneman-Tversky Optimisation.
   *
   * @param beta strength of the pull to the reference
   * @param loss the loss itself
   * @param weights factors on the two classes; none to compute them from {@code weightRatio}
   * @param weightRatio wanted (desirable weight x desirable rows) / (undesirable weight x
   *     undesirable rows)
   */
  record Kto(
      double beta,
      KtoLoss loss,
      Optional<KtoWeights> weights,
      double weightRatio,
      Optional<Double> guard)
      implements ObjectiveSpec {

    @Override
    public String algorithm() {
      return KTO;
    }

    @Override
    public Topic<?> topic() {
      return Topics.LABELLED_COMPLETIONS;
    }

    /** The factors on the classes, as given or from the counts of the data. */
    public KtoWeights weights(long desirableRows, long undesirableRows) {
      return weights.orElseGet(() -> KtoWeights.of(weightRatio, desirableRows, undesirableRows));
    }
  }

  /** {@code KTO} as in arXiv 2402.01306; {@code APO_ZERO_UNPAIRED} as in arXiv 2408.06266. */
  enum KtoLoss {
    KTO,
    APO_ZERO_UNPAIRED
  }

  /**
   * Direct Preference Optimisation.
   *
   * @param beta strength of the pull to the reference
   * @param nllWeight weight of the chosen completions' negative log-likelihood per token
   */
  record Dpo(double beta, double nllWeight, Optional<Double> guard) implements ObjectiveSpec {
    @Override
    public String algorithm() {
      return DPO;
    }

    @Override
    public Topic<?> topic() {
      return Topics.PREFERENCE_PAIRS;
    }
  }

  /**
   * Group Sequence Policy Optimisation (arXiv 2507.18071) on right and wrong rollouts.
   *
   * @param nllWeight weight of the negative log-likelihood of the teacher's answers among the rows;
   *     0 to leave those out
   */
  record Gspo(double nllWeight) implements ObjectiveSpec {
    @Override
    public String algorithm() {
      return GSPO;
    }

    @Override
    public Topic<?> topic() {
      return Topics.LABELLED_COMPLETIONS;
    }
  }

  /**
   * An algorithm on the class path, which reads its settings of the keys itself.
   *
   * @param keys of the iteration
   */
  record Extension(Algorithm extension, IterationKeys keys) implements ObjectiveSpec {
    @Override
    public String algorithm() {
      return extension.algorithm();
    }

    @Override
    public Topic<?> topic() {
      return extension.topic();
    }

    @Override
    public Optional<Double> guard() {
      return keys.guard();
    }
  }

  /**
   * The objective of an iteration; a sentence if one of its keys is wrong or belongs to another.
   */
  static ObjectiveSpec of(IterationKeys keys) {
    String word = keys.algorithm();
    require(Algorithms.words().contains(word), "algorithm", word, Words.either(Algorithms.words()));
    Optional<Algorithm> extension = Algorithms.found(word);
    if (extension.isPresent()) {
      extension.get().check(keys);
      return new Extension(extension.get(), keys);
    }
    boolean compared = !word.equals(SFT);
    require(
        !compared || keys.share().isPresent(),
        "share",
        null,
        "a share of problems, as " + word + " learns from rollouts");
    require(
        !compared || keys.batch() >= 2,
        "batch",
        keys.batch(),
        "2 or more: a batch of one is its own mismatch");
    double beta = beta(keys);
    KtoLoss loss = ktoLoss(keys);
    Optional<KtoWeights> weights = ktoWeights(keys);
    double ratio = keys.weightRatio().orElse(1.0);
    require(
        keys.weightRatio().isEmpty() || word.equals(KTO) && ratio > 0,
        "weightRatio",
        keys.weightRatio().orElse(null),
        "more than 0, to kto alone");
    require(
        keys.distinct().isEmpty() || word.equals(SFT) && keys.share().isPresent(),
        "distinct",
        keys.distinct().orElse(null),
        "it to sft with a share alone");
    double nllWeight = keys.nllWeight().orElse(0.0);
    boolean likelihood = word.equals(DPO) || word.equals(GSPO);
    require(
        keys.nllWeight().isEmpty() || likelihood && nllWeight >= 0,
        "nllWeight",
        keys.nllWeight().orElse(null),
        "0 or more, to dpo and gspo alone");
    return switch (word) {
      case SFT -> sft(keys);
      case GSPO -> gspo(keys, nllWeight);
      case KTO -> new Kto(beta, loss, weights, ratio, keys.guard());
      default -> new Dpo(beta, nllWeight, keys.guard());
    };
  }

  /** Strength of the pull to the reference; only rewards of kto and dpo are made with one. */
  private static double beta(IterationKeys keys) {
    if (keys.algorithm().equals(KTO) || keys.algorithm().equals(DPO)) {
      double beta = keys.beta().orElse(0.0);
      require(beta > 0, "beta", keys.beta().orElse(null), "more than 0");
      return beta;
    }
    String others = "it to kto and dpo alone";
    require(keys.beta().isEmpty(), "beta", keys.beta().orElse(null), others);
    require(keys.guard().isEmpty(), "guard", keys.guard().orElse(null), others);
    return 0;
  }

  private static Sft sft(IterationKeys keys) {
    return keys.share().isPresent()
        ? new Sft(Topics.LABELLED_COMPLETIONS, keys.distinct().orElse(false))
        : new Sft(Topics.DEMONSTRATIONS, false);
  }

  private static Gspo gspo(IterationKeys keys, double nllWeight) {
    require(
        keys.reference().orElse("start").equals("start"),
        "reference",
        keys.reference().orElse(""),
        "start to gspo, whose rollouts are those of the start");
    return new Gspo(nllWeight);
  }

  private static KtoLoss ktoLoss(IterationKeys keys) {
    boolean kto = keys.algorithm().equals(KTO);
    require(kto || keys.loss().isEmpty(), "loss", keys.loss().orElse(""), "it to kto alone");
    return Words.constant("loss", keys.loss().orElse("kto"), KtoLoss.values());
  }

  private static Optional<KtoWeights> ktoWeights(IterationKeys keys) {
    Optional<Double> desirable = keys.desirableWeight();
    Optional<Double> undesirable = keys.undesirableWeight();
    if (desirable.isEmpty() && undesirable.isEmpty()) {
      return Optional.empty();
    }
    boolean kto = keys.algorithm().equals(KTO);
    require(
        kto && keys.weightRatio().isEmpty() && desirable.isPresent() && undesirable.isPresent(),
        "desirableWeight",
        desirable.orElse(null),
        "both weights or none, to kto alone and without weightRatio");
    require(desirable.get() >= 0, "desirableWeight", desirable.get(), "0 or more");
    require(undesirable.get() >= 0, "undesirableWeight", undesirable.get(), "0 or more");
    require(
        desirable.get() + undesirable.get() > 0,
        "desirableWeight",
        desirable.get(),
        "more than 0 to one of the two weights");
    return Optional.of(new KtoWeights(desirable.get(), undesirable.get()));
  }
}
