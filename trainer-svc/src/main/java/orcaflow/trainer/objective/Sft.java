package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.SampledTokens;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.Rewards;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * Supervised fine-tuning: the cross-entropy of the completions, where every token of the batch
 * counts alike. With N completion tokens in the batch,
 *
 * <pre>
 * loss = -1 / N  sum of log policy(y | x)
 * </pre>
 *
 * <p>Its rows are demonstrations or, for rejection sampling, the desirable ones of an iteration's
 * labelled completions. Equal answers to a problem count as often as they were given, as under KTO,
 * or once, as in rejection sampling fine-tuning (arXiv 2308.01825, section 3.3), where problems
 * with many ways to the answer weigh more and easy ones less.
 */
public final class Sft<R extends SpecificRecord> implements Objective<R, Example> {

  private final Topic<R> topic;
  private final String rowName;
  private final Predicate<R> right;
  private final Function<R, String> question;
  private final Function<R, String> answer;
  private final Predicate<R> cut;
  private final Function<R, SampledTokens> tokens;
  private final Function<R, Optional<Object>> countedOnce;

  private Sft(
      Topic<R> topic,
      String rowName,
      Predicate<R> right,
      Function<R, String> question,
      Function<R, String> answer,
      Predicate<R> cut,
      Function<R, SampledTokens> tokens,
      Function<R, Optional<Object>> countedOnce) {
    this.topic = topic;
    this.rowName = rowName;
    this.right = right;
    this.question = question;
    this.answer = answer;
    this.cut = cut;
    this.tokens = tokens;
    this.countedOnce = countedOnce;
  }

  /** Imitates the demonstrations of a teacher. */
  public static Sft<Demonstration> onDemonstrations() {
    return new Sft<>(
        Topics.DEMONSTRATIONS,
        "demonstrations",
        row -> true,
        Demonstration::getQuestion,
        Demonstration::getSolution,
        Demonstration::getCut,
        Demonstration::getTokens,
        row -> Optional.empty());
  }

  /**
   * Imitates the right answers among labelled completions: rejection sampling.
   *
   * @param distinct whether equal answers to a problem count once
   */
  public static Sft<LabelledCompletion> onRightAnswers(boolean distinct) {
    return new Sft<>(
        Topics.LABELLED_COMPLETIONS,
        "desirable labelled completions",
        LabelledCompletion::getDesirable,
        LabelledCompletion::getQuestion,
        LabelledCompletion::getCompletion,
        LabelledCompletion::getCut,
        LabelledCompletion::getTokens,
        row ->
            distinct
                ? Optional.of(List.of(row.getProblemId(), row.getCompletion()))
                : Optional.empty());
  }

  @Override
  public String algorithm() {
    return ObjectiveSpec.SFT;
  }

  @Override
  public Topic<R> topic() {
    return topic;
  }

  @Override
  public String rowName() {
    return rowName;
  }

  @Override
  public boolean takes(R row) {
    return right.test(row);
  }

  @Override
  public Optional<Object> countedOnce(R row) {
    return countedOnce.apply(row);
  }

  @Override
  public Example encode(R row, ExampleEncoder encoder) {
    return encoder.example(
        question.apply(row),
        answer.apply(row),
        cut.test(row),
        Optional.ofNullable(tokens.apply(row)));
  }

  @Override
  public List<Example> completions(Example example) {
    return List.of(example);
  }

  @Override
  public int length(Example example) {
    return example.length();
  }

  @Override
  public StepResult step(Learner learner, Batch<Example> batch) {
    return step(learner, batch.examples());
  }

  /** One step on examples that belong to no iteration. */
  public StepResult step(Learner learner, List<Example> examples) {
    long tokens = examples.stream().mapToLong(example -> example.completion().length).sum();
    double loss = learner.backward(examples, (rows, logProbs) -> loss(logProbs, tokens));
    return learner.finishStep(examples, loss, Rewards.NONE);
  }

  /**
   * @param logProbs of some of the batch's completions
   * @param tokens completion tokens of the whole batch
   */
  static SequenceLoss.Part loss(double[] logProbs, long tokens) {
    double[] gradients = new double[logProbs.length];
    Arrays.fill(gradients, -1.0 / tokens);
    return new SequenceLoss.Part(-Arrays.stream(logProbs).sum() / tokens, gradients);
  }
}
