package orcaflow.trainer.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.Torch;

/** Logits and log-probabilities of a student, without training and without a cache. */
public final class LogProbs implements AutoCloseable {

  private final Ops ops;
  private final Network network;

  /** In the precision of this JVM. */
  public LogProbs(StudentConfig config, Weights weights) {
    this(config, weights, Precision.current());
  }

  public LogProbs(StudentConfig config, Weights weights, Precision precision) {
    this.ops = new Ops(precision);
    this.network = new Network(config, weights, DataType.FLOAT32, false);
  }

  /** The same under an adapter that is not merged. */
  public LogProbs(StudentConfig config, Weights weights, Adapter adapter) {
    this.ops = new Ops();
    this.network =
        new Network(new Network(config, weights, DataType.FLOAT32, false), adapter, false);
  }

  /** Logits of each position, [position][vocabulary]. */
  public float[][] logits(int[] ids) {
    return logits(ids, LongStream.range(0, ids.length).toArray());
  }

  /** Log-probability of each token after the first, given those before it. */
  public double[] tokenLogProbs(int[] ids) {
    return tokenLogProbs(ops, network, ids);
  }

  /** The same by a network. */
  public static double[] tokenLogProbs(Ops ops, Network network, int[] ids) {
    float[][] logits = logits(ops, network, ids, LongStream.range(0, ids.length).toArray());
    double[] logProbs = new double[ids.length - 1];
    for (int i = 0; i < logProbs.length; i++) {
      double max = Double.NEGATIVE_INFINITY;
      for (float logit : logits[i]) {
        max = Math.max(max, logit);
      }
      double sum = 0;
      for (float logit : logits[i]) {
        sum += Math.exp(logit - max);
      }
      logProbs[i] = logits[i][ids[i + 1]] - max - Math.log(sum);
    }
    return logProbs;
  }

  /** Sum of the log-probabilities of each example's completion tokens. */
  public double[] sequenceLogProbs(List<Example> examples) {
    return sequenceLogProbs(ops, network, examples);
  }

  /** The likeliest next tokens, the whole sequence computed again for each. */
  public int[] greedy(int[] prompt, int tokens) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + tokens);
    for (int at = prompt.length; at < ids.length; at++) {
      float[] last = logits(Arrays.copyOf(ids, at), new long[] {at - 1})[0];
      for (int id = 0; id < last.length; id++) {
        if (last[id] > last[ids[at]]) {
          ids[at] = id;
        }
      }
    }
    return Arrays.copyOfRange(ids, prompt.length, ids.length);
  }

  public static double[] sequenceLogProbs(Ops ops, Network network, List<Example> examples) {
    double[] logProbs = new double[examples.size()];
    List<Callable<Void>> work = new ArrayList<>();
    for (MicroBatch batch : MicroBatch.cut(network.config(), examples, PassSize.here())) {
      work.add(
          () -> compute(ops, network, "sequence_logps", batch::inputs, batch.rows(), logProbs));
    }
    Torch.all(work);
    return logProbs;
  }

  /** The inputs of one call, in the type of the network. */
  private interface Inputs {
    NDList in(NDManager scope, DataType type);
  }

  /** Computes the log-probabilities of one call and writes each to its place. */
  private static Void compute(
      Ops ops, Network network, String method, Inputs batch, int[] places, double[] logProbs) {
    try (NDManager scope = network.scope()) {
      NDList inputs = new NDList(network.inputs());
      inputs.addAll(batch.in(scope, network.type()));
      inputs.add(scope.create(Network.LOGITS));
      NDList computed = ops.callAll(network.method(method), false, scope, inputs);
      double[] values = computed.get(0).toType(DataType.FLOAT64, false).toDoubleArray();
      for (int b = 0; b < values.length; b++) {
        logProbs[places[b]] = values[b];
      }
      return null;
    }
  }

  /**
   * The same for groups of examples that have one prompt, which is computed once.
   *
   * @return [group][example]
   */
  public static double[][] sharedPrefixLogProbs(
      Ops ops, Network network, List<List<Example>> groups) {
    double[] flat = new double[groups.stream().mapToInt(List::size).sum()];
    List<Callable<Void>> work = new ArrayList<>();
    for (SharedPrefixBatch batch :
        SharedPrefixBatch.cut(network.config(), groups, PassSize.here())) {
      work.add(
          () ->
              compute(
                  ops, network, "shared_prefix_logps", batch::inputs, batch.completions(), flat));
    }
    Torch.all(work);
    double[][] logProbs = new double[groups.size()][];
    int at = 0;
    for (int group = 0; group < logProbs.length; group++) {
      logProbs[group] = Arrays.copyOfRange(flat, at, at + groups.get(group).size());
      at += groups.get(group).size();
    }
    return logProbs;
  }

  /** An array for each list of examples, filled with NaN: nothing is known yet. */
  public static double[][] missing(List<List<Example>> lists) {
    double[][] missing = new double[lists.size()][];
    for (int list = 0; list < missing.length; list++) {
      missing[list] = new double[lists.get(list).size()];
      Arrays.fill(missing[list], Double.NaN);
    }
    return missing;
  }

  /**
   * Computes the log-probabilities that are missing. Examples at one index of several lists are
   * completions of one prompt, where it is the same, and share its computation.
   *
   * @param lists of equal size
   * @param logProbs [list][example], in nats; NaN where it is missing
   * @return how many tokens were computed
   */
  public static long fillMissing(
      Ops ops, Network network, List<List<Example>> lists, double[][] logProbs) {
    List<List<Example>> groups = new ArrayList<>();
    // For each missing value its group and its place there: [group, place, list, example].
    List<int[]> places = new ArrayList<>();
    for (int i = 0; i < lists.get(0).size(); i++) {
      int first = groups.size();
      for (int list = 0; list < lists.size(); list++) {
        if (Double.isNaN(logProbs[list][i])) {
          Example example = lists.get(list).get(i);
          int group = first;
          while (group < groups.size() && !groups.get(group).get(0).samePrompt(example)) {
            group++;
          }
          if (group == groups.size()) {
            groups.add(new ArrayList<>());
          }
          places.add(new int[] {group, groups.get(group).size(), list, i});
          groups.get(group).add(example);
        }
      }
    }
    double[][] byGroup = sharedPrefixLogProbs(ops, network, groups);
    places.forEach(at -> logProbs[at[2]][at[3]] = byGroup[at[0]][at[1]]);
    return groups.stream().mapToLong(SharedPrefixBatch::tokens).sum();
  }

  private float[][] logits(int[] ids, long[] keep) {
    return logits(ops, network, ids, keep);
  }

  private static float[][] logits(Ops ops, Network network, int[] ids, long[] keep) {
    MicroBatch.checkIds(network.config(), ids);
    if (ids.length == 0 || ids.length > network.config().contextLength()) {
      throw new IllegalArgumentException(
          ids.length + " tokens do not fit the context of " + network.config().contextLength());
    }
    try (NDManager scope = network.scope()) {
      NDList inputs = new NDList(network.inputs());
      inputs.add(
          scope.create(Arrays.stream(ids).asLongStream().toArray(), new Shape(1, ids.length)));
      inputs.add(scope.create(keep));
      float[] flat = ops.call(network.method("logits"), false, scope, inputs).toFloatArray();
      float[][] rows = new float[keep.length][];
      int width = network.config().vocabulary();
      for (int row = 0; row < rows.length; row++) {
        rows[row] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
      }
      return rows;
    }
  }

  @Override
  public void close() {
    network.close();
    ops.close();
  }
}
