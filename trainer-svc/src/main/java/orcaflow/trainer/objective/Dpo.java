package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.Rewards;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.objective.ReferenceModel.Completions;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * Direct Preference Optimisation (arXiv 2305.18290, eq. 7): with the log-ratios c of the chosen and
 * r of the rejected completion, the mean over the batch of {@code -log sigmoid(beta (c - r))}.
 *
 * <p>DPO alone may let the chosen completions become less likely as long as the rejected ones do so
 * faster. Against that a share of plain likelihood may be added, as in arXiv 2404.19733, eq. 2:
 *
 * <pre>
 * loss = mean of -log sigmoid(beta (c - r))  -  nllWeight / N  sum of log policy(chosen | x)
 * </pre>
 *
 * where N is the number of chosen tokens in the whole batch, so that every token counts alike; the
 * paper divides by the length of each completion before the mean over the batch.
 */
public final class Dpo implements Objective<PreferencePair, PreferenceExample> {

  /**
   * The loss of some pairs and its gradients.
   *
   * @param loss their part in the loss of the batch
   * @param chosenRewards beta c
   * @param rejectedRewards beta r
   * @param chosenGradients of the loss by the policy's log-probability of each chosen completion
   * @param rejectedGradients the same for the rejected ones
   */
  record Loss(
      double loss,
      double[] chosenRewards,
      double[] rejectedRewards,
      double[] chosenGradients,
      double[] rejectedGradients) {

    /**
     * @param batchSize pairs of the whole batch
     * @param chosenTokens completion tokens of its chosen side
     */
    static Loss of(
        double[] policyChosen,
        double[] policyRejected,
        double[] referenceChosen,
        double[] referenceRejected,
        int batchSize,
        long chosenTokens,
        ObjectiveSpec.Dpo settings) {
      int pairs = policyChosen.length;
      double beta = settings.beta();
      double nll = settings.nllWeight() / Math.max(1, chosenTokens);
      double loss = 0;
      double[] chosen = new double[pairs];
      double[] rejected = new double[pairs];
      double[] chosenGradients = new double[pairs];
      double[] rejectedGradients = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        chosen[i] = beta * (policyChosen[i] - referenceChosen[i]);
        rejected[i] = beta * (policyRejected[i] - referenceRejected[i]);
        double margin = chosen[i] - rejected[i];
        // log(1 + e^-m) without overflow on either side.
        loss += (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))) / batchSize;
        loss -= nll * policyChosen[i];
        double pull = beta / (1 + Math.exp(margin)) / batchSize;
        chosenGradients[i] = -pull - nll;
        rejectedGradients[i] = pull;
      }
      return new Loss(loss, chosen, rejected, chosenGradients, rejectedGradients);
    }
  }

  private final ObjectiveSpec.Dpo settings;

  public Dpo(ObjectiveSpec.Dpo settings) {
    this.settings = settings;
  }

  @Override
  public String algorithm() {
    return ObjectiveSpec.DPO;
  }

  @Override
  public Topic<PreferencePair> topic() {
    return Topics.PREFERENCE_PAIRS;
  }

  @Override
  public String rowName() {
    return "preference pairs";
  }

  @Override
  public PreferenceExample encode(PreferencePair row, ExampleEncoder encoder) {
    return new PreferenceExample(
        encoder.example(
            row.getQuestion(),
            row.getChosen(),
            row.getChosenCut(),
            Optional.ofNullable(row.getChosenTokens())),
        encoder.example(
            row.getQuestion(),
            row.getRejected(),
            row.getRejectedCut(),
            Optional.ofNullable(row.getRejectedTokens())));
  }

  @Override
  public List<Example> completions(PreferenceExample pair) {
    return List.of(pair.chosen(), pair.rejected());
  }

  @Override
  public int length(PreferenceExample pair) {
    return Math.max(pair.chosen().length(), pair.rejected().length());
  }

  ObjectiveSpec.Dpo settings() {
    return settings;
  }

  /** The chosen and the rejected completion of each pair. */
  @Override
  public int compared(int rows) {
    return 2 * rows;
  }

  /**
   * One step. A pair is whole in the loss but may be cut apart by micro-batches, so the loss is
   * computed first, from a forward pass without gradients.
   */
  @Override
  public StepResult step(Learner learner, Batch<PreferenceExample> batch) {
    List<Example> chosen = batch.examples().stream().map(PreferenceExample::chosen).toList();
    List<Example> rejected = batch.examples().stream().map(PreferenceExample::rejected).toList();
    double[][] reference =
        batch
            .reference()
            .logProbs(
                Completions.kept(chosen, numbers(batch.rows(), 0)),
                Completions.kept(rejected, numbers(batch.rows(), 1)));
    double[][] policy = learner.logProbs(List.of(chosen, rejected));
    long tokens = chosen.stream().mapToLong(example -> example.completion().length).sum();
    Loss loss =
        Loss.of(policy[0], policy[1], reference[0], reference[1], chosen.size(), tokens, settings);
    double[] gradients =
        DoubleStream.concat(
                Arrays.stream(loss.chosenGradients()), Arrays.stream(loss.rejectedGradients()))
            .toArray();
    List<Example> examples = Stream.concat(chosen.stream(), rejected.stream()).toList();
    learner.backward(examples, (rows, logProbs) -> new SequenceLoss.Part(0, at(gradients, rows)));
    Rewards rewards =
        new Rewards(
            OptionalDouble.empty(),
            Arrays.stream(loss.chosenRewards()).average(),
            Arrays.stream(loss.rejectedRewards()).average());
    return learner.finishStep(examples, loss.loss(), rewards);
  }

  /** Numbers of completions: a pair's chosen one, then its rejected one. */
  private static int[] numbers(int[] pairs, int side) {
    return Arrays.stream(pairs).map(pair -> 2 * pair + side).toArray();
  }

  private static double[] at(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }
}
