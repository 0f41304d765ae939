package orcaflow.trainer.learn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;

/**
 * AdamW (arXiv 1711.05101) on the trainable arrays of a network: its moments, the clipping before
 * it, and the undoing of a step that made a weight overflow. Weight decay is applied to matrices
 * alone.
 */
final class AdamW {

  private final Ops ops;
  private final Network policy;
  private final AdamWSettings settings;
  private final NDList m;
  private final NDList v;

  /** PyTorch counts the steps of each array by itself. */
  private final NDList steps;

  AdamW(Ops ops, Network policy, AdamWSettings settings, LearnerState state) {
    this.ops = ops;
    this.policy = policy;
    this.settings = settings;
    this.m = policy.arrays("M[]", state.m());
    this.v = policy.arrays("V[]", state.v());
    this.steps = policy.numbers("S[]", state.step());
  }

  /** Scales the gradients down to the largest norm allowed; returns their norm before. */
  double clip(NDList gradients) {
    try (NDManager scope = policy.scope()) {
      NDList inputs = new NDList(gradients);
      inputs.add(scope.create(settings.clip()));
      NDArray norm = ops.call("clip_grad_norm", false, scope, inputs);
      return norm.toType(DataType.FLOAT64, false).toDoubleArray()[0];
    }
  }

  /**
   * One step, which clears the gradients.
   *
   * @param step steps done before
   * @return why the step was undone, if it was
   */
  Optional<String> step(NDList gradients, int step) {
    double rate = settings.learningRate(step);
    // A copy costs as much as the step of a small student, and usual rates cannot need it.
    Optional<LearnerState> before =
        settings.mayOverflow(rate) ? Optional.of(state(step)) : Optional.empty();
    update(gradients, rate, settings.weightDecay(), array -> array.getShape().dimension() > 1);
    update(gradients, rate, 0, array -> array.getShape().dimension() == 1);
    if (before.isEmpty() || state(step).finite()) {
      return Optional.empty();
    }
    restore(before.get());
    return Optional.of("the weights are not finite after it, at a learning rate of " + rate);
  }

  /** Copies of the trainable arrays and the moments. */
  LearnerState state(int step) {
    return new LearnerState(policy.read(policy.trainable()), policy.read(m), policy.read(v), step);
  }

  private void update(NDList gradients, double rate, double decay, Predicate<NDArray> which) {
    if (policy.trainable().stream().noneMatch(which)) {
      return;
    }
    double[] numbers = {rate, settings.beta1(), settings.beta2(), settings.epsilon(), decay};
    try (NDManager scope = policy.scope()) {
      NDList inputs = new NDList();
      for (NDList arrays : List.of(policy.trainable(), gradients, m, v, steps)) {
        for (int i = 0; i < arrays.size(); i++) {
          if (which.test(policy.trainable().get(i))) {
            inputs.add(arrays.get(i));
          }
        }
      }
      inputs.add(scope.create(numbers));
      ops.call("adamw", false, scope, inputs);
    }
  }

  private void restore(LearnerState before) {
    copy(policy.arrays("B[]", before.weights()), policy.trainable());
    copy(policy.arrays("B[]", before.m()), m);
    copy(policy.arrays("B[]", before.v()), v);
    copy(policy.numbers("B[]", before.step()), steps);
  }

  /** Frees the arrays that it copies from. */
  private void copy(NDList from, NDList to) {
    try (from;
        NDManager scope = policy.scope()) {
      NDList inputs = new NDList(to);
      inputs.addAll(from);
      ops.call("copy_weights", false, scope, inputs);
    }
  }
}
