package orcaflow.trainer.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.Torch;

/**
 * A student's weights laid out for generation: norms multiplied in, matrices with one input joined,
 * and packed for oneDNN on a CPU. It is a copy, without gradients.
 */
final class InferenceWeights implements AutoCloseable {

  private static final int PARTS = 4;

  private final StudentConfig config;
  private final Ops ops;
  private final NDManager manager = Torch.manager();
  private final NDList matrices = new NDList();
  private final NDList constants = new NDList();
  private final boolean packed;

  InferenceWeights(StudentConfig config, Weights weights, Precision precision) {
    this.config = config;
    this.ops = new Ops(precision);
    this.packed = !Torch.device().isGpu() && precision == Precision.FLOAT32;
    try (Network network = new Network(config, weights, DataType.FLOAT32, false);
        NDManager scope = manager.newSubManager()) {
      NDList all = network.inputs();
      int layers = config.layers();
      matrices.add(embedding(weights));
      for (int layer = 0; layer < layers; layer++) {
        for (int part = 0; part < PARTS; part++) {
          matrices.add(matrix(network, scope, layer, part));
        }
      }
      matrices.add(matrix(network, scope, layers, 0));
      matrices.forEach(matrix -> matrix.setName("P[]"));
      NDArray cos = all.get(network.trainable().size());
      NDArray sin = all.get(network.trainable().size() + 1);
      constants.add(ops.call("rotary_table", false, manager, new NDList(cos, sin)));
    }
    constants.add(manager.create(rotaryIndex()));
    constants.add(manager.create((float) config.rmsNormEps()));
    constants.add(manager.create((long) config.slidingWindow().orElse(0)));
  }

  StudentConfig config() {
    return config;
  }

  NDManager scope() {
    return manager.newSubManager();
  }

  /** Keys above values of a layer, for no rows yet: [0, 2K, 0, e]. */
  NDArray emptyCache(NDManager scope) {
    return scope.create(
        new Shape(0, 2L * config.keyValueHeads(), 0, config.headDim()), DataType.FLOAT32);
  }

  /**
   * Calls {@code prefill} or {@code decode}, which write into the caches and into arrays of {@code
   * further}.
   */
  void generate(String method, NDManager scope, NDList caches, NDList further) {
    NDList inputs = new NDList(matrices);
    inputs.addAll(caches);
    inputs.addAll(constants);
    inputs.addAll(further);
    ops.call(method, false, scope, inputs);
  }

  /** Calls a method without weights among its inputs. */
  NDArray call(String method, NDManager scope, NDList inputs) {
    return ops.call(method, false, scope, inputs);
  }

  private NDArray embedding(Weights weights) {
    Weights.Tensor tensor = weights.get("model.embed_tokens.weight");
    return manager.create(tensor.values(), new Shape(tensor.shape()[0], tensor.shape()[1]));
  }

  private NDArray matrix(Network network, NDManager scope, int layer, int part) {
    NDList inputs = new NDList(network.trainable());
    inputs.add(scope.create((long) layer));
    inputs.add(scope.create((long) part));
    inputs.add(scope.create((long) config.headDim()));
    if (!packed) {
      return ops.call("inference_weight", false, manager, inputs);
    }
    NDArray plain = ops.call("inference_weight", false, scope, inputs);
    return ops.call("pack_onednn", false, manager, new NDList(plain));
  }

  /** For each head of queries and keys 0, the rotations; for each of values 1, the ones. */
  private long[] rotaryIndex() {
    long[] index = new long[config.heads() + 2 * config.keyValueHeads()];
    for (int i = config.heads() + config.keyValueHeads(); i < index.length; i++) {
      index[i] = 1;
    }
    return index;
  }

  @Override
  public void close() {
    manager.close();
    ops.close();
  }
}
