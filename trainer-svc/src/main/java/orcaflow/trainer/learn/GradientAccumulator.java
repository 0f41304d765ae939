package orcaflow.trainer.learn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Torch;

/**
 * The gradient of a batch, summed over micro-batches. The micro-batches are dealt to the lanes of
 * the device's {@link PassSize}: sums that are computed side by side and added in their order. So
 * the bits are the same on any number of threads.
 */
final class GradientAccumulator {

  private final Ops ops;
  private final Network policy;
  private final PassSize size = PassSize.here();
  private final NDList gradients;
  private final List<NDList> otherLanes;

  /**
   * @param zeros of the shapes of what is trained
   */
  GradientAccumulator(Ops ops, Network policy, Weights zeros) {
    this.ops = ops;
    this.policy = policy;
    this.gradients = policy.arrays("G[]", zeros);
    this.otherLanes =
        IntStream.range(1, size.lanes()).mapToObj(i -> policy.arrays("L[]", zeros)).toList();
  }

  /**
   * Adds the gradient of a loss.
   *
   * @param rowsPerPass most examples in one forward and backward pass
   * @return the loss of the batch
   */
  double add(List<Example> examples, int rowsPerPass, SequenceLoss loss) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one example");
    }
    List<MicroBatch> batches = MicroBatch.cut(policy.config(), examples, size, rowsPerPass);
    List<Callable<Double>> work = new ArrayList<>();
    for (int lane = 0; lane < Math.min(size.lanes(), batches.size()); lane++) {
      int first = lane;
      NDList sum = lane == 0 ? gradients : otherLanes.get(lane - 1);
      work.add(
          () -> {
            double lossOfLane = 0;
            for (int i = first; i < batches.size(); i += size.lanes()) {
              lossOfLane += add(batches.get(i), loss, sum);
            }
            return lossOfLane;
          });
    }
    return Torch.all(work).stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Forward, loss, backward; the graph lives as long as the scope. */
  private double add(MicroBatch batch, SequenceLoss loss, NDList sum) {
    try (NDManager scope = policy.scope()) {
      NDArray logits = scope.create(Network.LOGITS);
      NDList forward = new NDList(policy.inputs());
      forward.addAll(batch.inputs(scope, policy.type()));
      forward.add(logits);
      NDList computed = ops.callAll(policy.method("sequence_logps"), true, scope, forward);
      double[] logProbs = computed.get(0).toType(DataType.FLOAT64, false).toDoubleArray();

      SequenceLoss.Part part = loss.of(batch.rows(), logProbs);

      NDList backward = new NDList(policy.inputs());
      backward.addAll(sum);
      backward.addAll(computed.subNDList(1));
      backward.add(scope.create(batch.targets()));
      backward.add(scope.create(batch.owners()));
      backward.add(scope.create(part.gradients()).toType(policy.type(), false));
      backward.add(logits);
      ops.call(policy.method("accumulate"), true, scope, backward);
      return part.loss();
    }
  }

  /** The sum of all lanes since the last {@link #clear}. */
  NDList sum() {
    for (NDList lane : otherLanes) {
      try (NDManager scope = policy.scope()) {
        NDList inputs = new NDList(gradients);
        inputs.addAll(lane);
        ops.call("reduce_lanes", false, scope, inputs);
      }
    }
    return gradients;
  }

  /** Sets the sum to zero; it may hold values that are not finite. */
  void clear() {
    try (NDManager scope = policy.scope()) {
      ops.call("zero_grad", false, scope, new NDList(gradients));
    }
  }
}
