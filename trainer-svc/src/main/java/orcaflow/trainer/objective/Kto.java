package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import orcaflow.events.LabelledCompletion;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.KtoWeights;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.Rewards;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * Kahneman-Tversky Optimisation (arXiv 2402.01306, section 4). With the log-ratio r = log
 * policy(y|x) - log reference(y|x) of a whole completion:
 *
 * <pre>
 * z    = max(0, mean of r over mismatched pairs (x_i, y_(i-1)))         no gradient
 * loss = lambda_D (1 - sigmoid(beta (r - z)))   for a desirable completion
 *        lambda_U (1 - sigmoid(beta (z - r)))   for an undesirable one
 * </pre>
 *
 * and the mean over the whole batch. The unpaired APO-zero loss (arXiv 2408.06266, section 3, each
 * side by itself) is the same without z, so that it needs no mismatched pairs:
 *
 * <pre>
 * loss = lambda_D (1 - sigmoid(beta r))   for a desirable completion
 *        lambda_U sigmoid(beta r)         for an undesirable one
 * </pre>
 *
 * <p>The mismatched pairs come from rotating the batch's completions by one, so no two neighbours
 * of a batch are of one problem: see {@link BatchPlan#spread}.
 */
public final class Kto implements Objective<LabelledCompletion, UnpairedExample> {

  /**
   * The settings of the loss.
   *
   * @param beta strength of the pull to the reference
   * @param weights lambda_D and lambda_U
   * @param loss with z or without
   */
  public record Settings(double beta, KtoWeights weights, KtoLoss loss) {

    double weight(boolean desirable) {
      return desirable ? weights.desirable() : weights.undesirable();
    }
  }

  /**
   * The loss of some completions and its gradients.
   *
   * @param loss their part in the mean over the batch
   * @param rewards beta r
   * @param gradients of the loss by each policy log-probability
   */
  record Loss(double loss, double[] rewards, double[] gradients) {

    /**
     * @param policy log-probabilities of some of the batch's completions
     * @param reference the reference's of the same
     * @param batchSize completions of the whole batch
     */
    static Loss of(
        double[] policy,
        double[] reference,
        boolean[] desirable,
        double kl,
        int batchSize,
        Settings settings) {
      double z = settings.loss() == KtoLoss.KTO ? kl : 0;
      double beta = settings.beta();
      double loss = 0;
      double[] rewards = new double[policy.length];
      double[] gradients = new double[policy.length];
      for (int i = 0; i < policy.length; i++) {
        double ratio = policy[i] - reference[i];
        double sign = desirable[i] ? 1 : -1;
        double weight = settings.weight(desirable[i]);
        double value = sigmoid(sign * beta * (ratio - z));
        rewards[i] = beta * ratio;
        loss += weight * (1 - value) / batchSize;
        gradients[i] = -sign * weight * beta * value * (1 - value) / batchSize;
      }
      return new Loss(loss, rewards, gradients);
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }
  }

  private final ObjectiveSpec.Kto spec;

  public Kto(ObjectiveSpec.Kto spec) {
    this.spec = spec;
  }

  @Override
  public String algorithm() {
    return spec.algorithm();
  }

  @Override
  public Topic<LabelledCompletion> topic() {
    return Topics.LABELLED_COMPLETIONS;
  }

  @Override
  public String rowName() {
    return "labelled completions";
  }

  @Override
  public UnpairedExample encode(LabelledCompletion row, ExampleEncoder encoder) {
    Example example =
        encoder.example(
            row.getQuestion(),
            row.getCompletion(),
            row.getCut(),
            Optional.ofNullable(row.getTokens()));
    return new UnpairedExample(example, row.getDesirable());
  }

  @Override
  public List<Example> completions(UnpairedExample row) {
    return List.of(row.example());
  }

  @Override
  public int length(UnpairedExample row) {
    return row.example().length();
  }

  @Override
  public Optional<String> refusal(List<UnpairedExample> rows, List<RowSource> sources) {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    if (desirable(rows) == 0) {
      return Optional.of("none is desirable: KTO could only unlearn");
    }
    return sources.stream().map(RowSource::problem).distinct().count() < 2
        ? Optional.of("all are of one problem: KTO compares answers of different problems")
        : Optional.empty();
  }

  @Override
  public String remark(List<UnpairedExample> rows) {
    KtoWeights weights = settings(rows).weights();
    long desirable = desirable(rows);
    return "; %d desirable at weight %.4f, %d undesirable at weight %.4f"
        .formatted(desirable, weights.desirable(), rows.size() - desirable, weights.undesirable());
  }

  /** The settings with the class weights that belong to these rows. */
  public Settings settings(List<UnpairedExample> rows) {
    long desirable = desirable(rows);
    return new Settings(spec.beta(), spec.weights(desirable, rows.size() - desirable), spec.loss());
  }

  private static long desirable(List<UnpairedExample> rows) {
    return rows.stream().filter(UnpairedExample::desirable).count();
  }

  @Override
  public int compared(int rows) {
    return rows;
  }

  @Override
  public BatchPlan batches(
      TrainingData.Examples<UnpairedExample> data, IterationSpec iteration, long seed) {
    return iteration.groupByLength()
        ? BatchPlan.spreadByLength(data.problems(), data.lengths(), iteration.batch(), seed)
        : BatchPlan.spread(data.problems(), iteration.batch(), seed);
  }

  /**
   * One step. Mismatched pairs are others in each epoch, so that the reference keeps nothing of
   * them.
   *
   * @throws IllegalArgumentException for a batch of one, which would be its own mismatch
   */
  @Override
  public StepResult step(Learner learner, Batch<UnpairedExample> batch) {
    List<UnpairedExample> rows = batch.examples();
    int n = rows.size();
    if (n < 2) {
      throw new IllegalArgumentException("KTO needs a batch of two or more; it has " + n);
    }
    List<Example> examples = rows.stream().map(UnpairedExample::example).toList();
    ReferenceModel.Completions kept = ReferenceModel.Completions.kept(examples, batch.rows());
    OptionalDouble kl = OptionalDouble.empty();
    double[] reference;
    if (spec.loss() == KtoLoss.KTO) {
      List<Example> mismatched = mismatched(examples, learner.config().contextLength());
      double[][] byReference =
          batch.reference().logProbs(kept, ReferenceModel.Completions.once(mismatched));
      reference = byReference[0];
      kl = OptionalDouble.of(kl(learner.logProbs(List.of(mismatched))[0], byReference[1]));
    } else {
      reference = batch.reference().logProbs(kept)[0];
    }
    Settings settings = settings(batch.all());
    double z = kl.orElse(0);
    double[] rewards = new double[n];
    double loss =
        learner.backward(
            examples,
            (numbers, logProbs) -> {
              boolean[] desirable = new boolean[numbers.length];
              for (int i = 0; i < numbers.length; i++) {
                desirable[i] = rows.get(numbers[i]).desirable();
              }
              Loss part = Loss.of(logProbs, at(reference, numbers), desirable, z, n, settings);
              for (int i = 0; i < numbers.length; i++) {
                rewards[numbers[i]] = part.rewards()[i];
              }
              return new SequenceLoss.Part(part.loss(), part.gradients());
            });
    OptionalDouble chosen = mean(rewards, rows, true);
    OptionalDouble rejected = mean(rewards, rows, false);
    return learner.finishStep(examples, loss, new Rewards(kl, chosen, rejected));
  }

  /** z: how far the policy is from the reference, from log-probabilities of mismatched pairs. */
  static double kl(double[] policy, double[] reference) {
    double sum = 0;
    for (int i = 0; i < policy.length; i++) {
      sum += policy[i] - reference[i];
    }
    return Math.max(0, sum / policy.length);
  }

  /**
   * Each prompt with the completion of the example before it, the first with the last's: as much of
   * it as fits the context, since two rows that fit may not fit one another.
   */
  static List<Example> mismatched(List<Example> examples, int context) {
    int n = examples.size();
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              int[] prompt = examples.get(i).prompt();
              int[] completion = examples.get((i + n - 1) % n).completion();
              // The last token is predicted and never read: it may stand behind the context.
              int fitting = Math.min(completion.length, context + 1 - prompt.length);
              return new Example(prompt, Arrays.copyOf(completion, fitting));
            })
        .toList();
  }

  private static double[] at(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }

  private static OptionalDouble mean(
      double[] rewards, List<UnpairedExample> rows, boolean desirable) {
    return IntStream.range(0, rewards.length)
        .filter(i -> rows.get(i).desirable() == desirable)
        .mapToDouble(i -> rewards[i])
        .average();
  }
}
