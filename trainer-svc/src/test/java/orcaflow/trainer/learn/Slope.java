package orcaflow.trainer.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;

/** What a gradient is held against: the slope of a function of weights, by central differences. */
final class Slope {

  private static final float STEP = 1f / 1024;

  private Slope() {}

  /** How the function rises with one number of one tensor. */
  static double at(Weights weights, String name, int at, ToDoubleFunction<Weights> function) {
    Weights up = moved(weights, name, at, STEP);
    Weights down = moved(weights, name, at, -STEP);
    // What the step comes to once it is rounded to a float.
    double width = (double) up.get(name).values()[at] - down.get(name).values()[at];
    return (function.applyAsDouble(up) - function.applyAsDouble(down)) / width;
  }

  /** The function that the tests differentiate: the log-probabilities of a batch, summed. */
  static double sum(Ops ops, Network network, List<Example> batch) {
    double sum = 0;
    for (double logProb : LogProbs.sequenceLogProbs(ops, network, batch)) {
      sum += logProb;
    }
    return sum;
  }

  private static Weights moved(Weights weights, String name, int at, float by) {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    weights.names().forEach(key -> tensors.put(key, weights.get(key)));
    float[] values = weights.get(name).values().clone();
    values[at] += by;
    tensors.put(name, new Weights.Tensor(weights.get(name).shape(), values));
    return new Weights(tensors);
  }
}
