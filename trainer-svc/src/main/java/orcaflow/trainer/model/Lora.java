package orcaflow.trainer.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.schemas.Ids;

/**
 * Low-rank adaptation (arXiv 2106.09685): A [rank, in] and B [out, rank] are trained beside a
 * frozen projection W0 [out, in]; the projection is W0 + alpha / rank B A. Dropout, biases and
 * rank-stabilised scaling are left out.
 *
 * @param alpha divided by the rank, the factor on B A
 * @param targets which projections of every layer, by their Hugging Face names
 */
public record Lora(int rank, double alpha, Set<String> targets) {

  /** The projections of a layer, in the layer's order. */
  public static final List<String> PROJECTIONS =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  private static final String WEIGHT = ".weight";

  /** A projection of a network, and what PEFT calls its two adapter matrices. */
  record Place(String weight, int index, String a, String b) {}

  public Lora {
    if (rank < 1) {
      throw new IllegalArgumentException("lora rank is " + rank + "; it must be 1 or more");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("lora alpha is " + alpha + "; it must be above 0");
    }
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          "lora targets is []; give one or more of " + String.join(", ", PROJECTIONS));
    }
    for (String target : targets) {
      if (!PROJECTIONS.contains(target)) {
        throw new IllegalArgumentException(
            "lora targets has \"" + target + "\"; it can have " + String.join(", ", PROJECTIONS));
      }
    }
    targets = Collections.unmodifiableSet(new TreeSet<>(targets));
  }

  /** The factor on B A. */
  public double scale() {
    return alpha / rank;
  }

  /** The adapted projections of a student, in the order of its weights. */
  List<Place> places(StudentConfig config) {
    List<String> weights = List.copyOf(Weights.layout(config).keySet());
    return weights.stream().filter(this::adapts).map(w -> place(w, weights.indexOf(w))).toList();
  }

  /** Names and shapes of an adapter's matrices: A and B of each place, in order. */
  Map<String, int[]> layout(StudentConfig config) {
    Map<String, int[]> all = Weights.layout(config);
    Map<String, int[]> layout = new LinkedHashMap<>();
    for (Place place : places(config)) {
      int[] shape = all.get(place.weight);
      layout.put(place.a, new int[] {rank, shape[1]});
      layout.put(place.b, new int[] {shape[0], rank});
    }
    return layout;
  }

  /**
   * An adapter that changes nothing yet, as PEFT begins: A uniform within 1 / sqrt(in), which is
   * Kaiming's bound with a = sqrt(5); B zero. The same for the same seed on every machine.
   */
  public Adapter fresh(StudentConfig config, long seed) {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    Map<String, int[]> layout = layout(config);
    for (Place place : places(config)) {
      int[] shape = layout.get(place.a);
      double bound = 1 / Math.sqrt(shape[1]);
      String own = Ids.hash("adapter", Long.toString(seed), place.a).substring(0, 16);
      Random random = new Random(Long.parseUnsignedLong(own, 16));
      float[] a = new float[Weights.size(shape)];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
      tensors.put(place.a, new Weights.Tensor(shape, a));
      int[] shapeB = layout.get(place.b);
      tensors.put(place.b, new Weights.Tensor(shapeB, new float[Weights.size(shapeB)]));
    }
    return new Adapter(this, new Weights(tensors));
  }

  private boolean adapts(String weight) {
    String module = weight.substring(0, weight.length() - WEIGHT.length());
    return targets.contains(module.substring(module.lastIndexOf('.') + 1));
  }

  private static Place place(String weight, int index) {
    String module =
        "base_model.model." + weight.substring(0, weight.length() - WEIGHT.length()) + ".lora_";
    return new Place(weight, index, module + "A.weight", module + "B.weight");
  }
}
