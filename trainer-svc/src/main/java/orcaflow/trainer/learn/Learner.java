package orcaflow.trainer.learn;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;

/**
 * Trains a student, one optimiser step at a time. It is used by one thread at a time; other
 * learners and samplers may work beside it.
 *
 * <p>Every loss is a function of the batch's sequence log-probabilities. So a step is: the forward
 * pass to those log-probabilities (torch), the loss and its gradient by them (Java, in double), the
 * backward pass from there to the weights (torch), micro-batch by micro-batch; then clip and AdamW.
 */
public final class Learner implements AutoCloseable {

  private final StudentConfig config;
  private final Weights start;
  private final Optional<Lora> lora;
  private final AdamWSettings settings;
  private final Ops ops;
  private final Network policy;
  private final GradientAccumulator gradients;
  private final AdamW adamw;
  private int step;
  private int rowsPerPass = Integer.MAX_VALUE;

  /** Trains all weights, from the beginning. */
  public Learner(StudentConfig config, Weights weights, AdamWSettings settings) {
    this(config, weights, Optional.empty(), LearnerState.fresh(weights), settings);
  }

  /** Continues from a state, in the precision of this JVM. */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      AdamWSettings settings) {
    this(config, start, lora, state, settings, Precision.current());
  }

  /**
   * Continues from a state.
   *
   * @param start the weights at step 0; an adapter is trained beside them and leaves them as they
   *     are, without an adapter the weights of the state take their place
   * @param lora the adapter to train; none to train all weights
   * @param state of the adapter if there is one, else of all weights
   * @param precision of matrix products and attention; weights, gradients and moments are float32
   */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      AdamWSettings settings,
      Precision precision) {
    this(config, start, lora, state, settings, precision, DataType.FLOAT32);
  }

  /**
   * The same with every array in one type.
   *
   * @param type FLOAT64 to check gradients by differences
   */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      AdamWSettings settings,
      Precision precision,
      DataType type) {
    this.config = config;
    this.start = start;
    this.lora = lora;
    this.settings = settings;
    this.step = state.step();
    this.ops = new Ops(precision);
    this.policy =
        lora.map(l -> new Adapter(l, state.weights()))
            .map(a -> new Network(new Network(config, start, type, false), a, true))
            .orElseGet(() -> new Network(config, state.weights(), type, true));
    this.gradients = new GradientAccumulator(ops, policy, state.weights().zeros());
    this.adamw = new AdamW(ops, policy, settings, state);
  }

  /**
   * From now on holds at most N examples in one forward and backward pass: for students whose
   * examples are large. A step stays that of the whole batch, but for the order in which floats are
   * added.
   */
  public Learner inPassesOf(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a pass cannot hold %d examples".formatted(rows));
    }
    rowsPerPass = rows;
    return this;
  }

  /**
   * Log-probabilities of completions by the policy as it is now, without gradients. Completions at
   * one index of several lists that have one prompt share its computation.
   *
   * @param lists of equal size
   * @return [list][example], in nats
   */
  public double[][] logProbs(List<List<Example>> lists) {
    double[][] logProbs = LogProbs.missing(lists);
    LogProbs.fillMissing(ops, policy, lists, logProbs);
    return logProbs;
  }

  /** Log-probability of each token of a completion by the policy as it is now, in nats. */
  public double[] tokenLogProbs(Example example) {
    int[] ids = Arrays.copyOf(example.prompt(), example.length());
    System.arraycopy(
        example.completion(), 0, ids, example.prompt().length, example.completion().length);
    double[] all = LogProbs.tokenLogProbs(ops, policy, ids);
    return Arrays.copyOfRange(all, example.prompt().length - 1, all.length);
  }

  /**
   * Forward, loss, backward: adds the gradient of the loss to that of the next step.
   *
   * @return the loss of the batch
   */
  public double backward(List<Example> batch, SequenceLoss loss) {
    return gradients.add(batch, rowsPerPass, loss);
  }

  /**
   * Clip, step: moves the weights by the gradient since the last step, unless the loss, the
   * gradient or the moved weights are not finite.
   *
   * @param batch the examples of the step, whose tokens are counted
   * @param loss of the batch
   */
  public StepResult finishStep(List<Example> batch, double loss, Rewards rewards) {
    double rate = settings.learningRate(step);
    NDList sum = gradients.sum();
    double norm = adamw.clip(sum);
    Optional<String> undone =
        notFinite("the loss", loss).or(() -> notFinite("the gradient norm", norm));
    if (undone.isPresent()) {
      gradients.clear();
    } else {
      undone = adamw.step(sum, step);
    }
    if (undone.isEmpty()) {
      step++;
    }
    long tokens = batch.stream().mapToLong(Example::length).sum();
    return new StepResult(step, loss, rewards, norm, rate, tokens, undone);
  }

  private static Optional<String> notFinite(String what, double value) {
    return Double.isFinite(value) ? Optional.empty() : Optional.of(what + " is " + value);
  }

  /** Copies of what is trained and its moments, and the step. */
  public LearnerState state() {
    return adamw.state(step);
  }

  /** A copy of what is trained, as it is now: the weights, or the adapter's. */
  public Weights trainable() {
    return policy.read(policy.trainable());
  }

  /** The student's weights as they are now, the adapter merged into them. */
  public Weights weights() {
    return adapter().map(a -> a.merged(config, start)).orElseGet(this::trainable);
  }

  /** A copy of the adapter, if one is trained. */
  public Optional<Adapter> adapter() {
    return lora.map(l -> new Adapter(l, trainable()));
  }

  /** The gradient since the last step. */
  Weights gradients() {
    return policy.read(gradients.sum());
  }

  public StudentConfig config() {
    return config;
  }

  /** The student's mathematics, in the precision of this learner. */
  public Ops ops() {
    return ops;
  }

  /**
   * A network of frozen weights beside the policy. An adapter's start is there already: it is the
   * policy with its adapter off.
   */
  public FrozenNetwork frozen(Weights weights) {
    return policy
        .frozen()
        .filter(off -> start.same(weights))
        .map(off -> new FrozenNetwork(off, false))
        .orElseGet(
            () -> new FrozenNetwork(new Network(config, weights, policy.type(), false), true));
  }

  /**
   * @param copy whether it has native memory of its own, which {@link #close} frees
   */
  public record FrozenNetwork(Network network, boolean copy) implements AutoCloseable {
    @Override
    public void close() {
      if (copy) {
        network.close();
      }
    }
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    policy.close();
    ops.close();
  }
}
