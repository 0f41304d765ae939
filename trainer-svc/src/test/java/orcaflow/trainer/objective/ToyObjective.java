package orcaflow.trainer.objective;

import static orcaflow.schemas.ConfigFile.require;

import java.util.List;
import orcaflow.events.Demonstration;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationKeys;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.Rewards;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * A fourth objective, which nothing names but one line in META-INF/services. Each completion counts
 * alike, whatever its length:
 *
 * <pre>
 * loss = -beta mean of log policy(y | x) / length of y
 * </pre>
 */
public final class ToyObjective implements Objective<Demonstration, Example> {

  private final double beta;

  public ToyObjective() {
    this(1);
  }

  private ToyObjective(double beta) {
    this.beta = beta;
  }

  @Override
  public String algorithm() {
    return "toy";
  }

  @Override
  public Topic<Demonstration> topic() {
    return Topics.DEMONSTRATIONS;
  }

  @Override
  public void check(IterationKeys keys) {
    require(keys.beta().orElse(0.0) > 0, "beta", keys.beta().orElse(null), "more than 0");
  }

  @Override
  public ToyObjective with(IterationSpec spec) {
    return new ToyObjective(spec.keys().beta().orElseThrow());
  }

  @Override
  public String rowName() {
    return "demonstrations";
  }

  @Override
  public Example encode(Demonstration row, ExampleEncoder encoder) {
    return encoder.example(row.getQuestion(), row.getSolution(), row.getCut());
  }

  @Override
  public int length(Example example) {
    return example.length();
  }

  @Override
  public StepResult step(Learner learner, Batch<Example> batch) {
    List<Example> examples = batch.examples();
    double loss =
        learner.backward(
            examples,
            (rows, logProbs) -> {
              double part = 0;
              double[] gradients = new double[rows.length];
              for (int i = 0; i < rows.length; i++) {
                int length = examples.get(rows[i]).completion().length;
                gradients[i] = -beta / length / examples.size();
                part += gradients[i] * logProbs[i];
              }
              return new SequenceLoss.Part(part, gradients);
            });
    return learner.finishStep(examples, loss, Rewards.NONE);
  }
}
