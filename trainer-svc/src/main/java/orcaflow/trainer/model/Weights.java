package orcaflow.trainer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.schemas.Ids;

/**
 * Named arrays of a student on the Java heap, in Hugging Face names. Nobody writes into the arrays
 * once they are here.
 */
public final class Weights {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  /** One array, row-major. */
  public record Tensor(int[] shape, float[] values) {

    public Tensor {
      if (size(shape) != values.length) {
        throw new IllegalArgumentException(
            "a tensor of shape " + shown(shape) + " cannot have " + values.length + " values");
      }
    }
  }

  private final Map<String, Tensor> tensors;

  public Weights(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Names, in order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** The tensor of a name. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return tensor;
  }

  /** SHA-256, in hex, of the safetensors file these weights make. */
  public String hash() {
    return Safetensors.hash(this);
  }

  /** Number of values in all tensors. */
  public long parameters() {
    return tensors.values().stream().mapToLong(tensor -> tensor.values().length).sum();
  }

  /** Names and shapes a student of this shape has: embedding, layers, final norm, head. */
  public static Map<String, int[]> layout(StudentConfig config) {
    int hidden = config.hidden();
    int queries = config.heads() * config.headDim();
    int keys = config.keyValueHeads() * config.headDim();
    Map<String, int[]> layout = new LinkedHashMap<>();
    layout.put(EMBEDDING, new int[] {config.vocabulary(), hidden});
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "model.layers." + layer + ".";
      layout.put(at + "self_attn.q_proj.weight", new int[] {queries, hidden});
      layout.put(at + "self_attn.k_proj.weight", new int[] {keys, hidden});
      layout.put(at + "self_attn.v_proj.weight", new int[] {keys, hidden});
      layout.put(at + "self_attn.o_proj.weight", new int[] {hidden, queries});
      layout.put(at + "mlp.gate_proj.weight", new int[] {config.feedForward(), hidden});
      layout.put(at + "mlp.up_proj.weight", new int[] {config.feedForward(), hidden});
      layout.put(at + "mlp.down_proj.weight", new int[] {hidden, config.feedForward()});
      layout.put(at + "input_layernorm.weight", new int[] {hidden});
      layout.put(at + "post_attention_layernorm.weight", new int[] {hidden});
    }
    layout.put("model.norm.weight", new int[] {hidden});
    if (!config.tiedHead()) {
      layout.put(HEAD, new int[] {config.vocabulary(), hidden});
    }
    return layout;
  }

  /**
   * These weights in the order of {@link #layout}. A head beside a tied embedding is left out, and
   * one without the embedding takes its place, as Hugging Face does.
   *
   * @throws IllegalArgumentException naming the tensor that is missing, unknown or of another shape
   */
  public Weights fitted(StudentConfig config) {
    if (!config.tiedHead()) {
      return fitted(layout(config), Set.of());
    }
    return withEmbedding().fitted(layout(config), Set.of(HEAD));
  }

  private Weights withEmbedding() {
    if (has(EMBEDDING) || !has(HEAD)) {
      return this;
    }
    Map<String, Tensor> all = new LinkedHashMap<>(tensors);
    all.put(EMBEDDING, get(HEAD));
    return new Weights(all);
  }

  /** These tensors in the order of a layout, without those that may be left out. */
  Weights fitted(Map<String, int[]> layout, Set<String> leftOut) {
    Map<String, Tensor> fitted = new LinkedHashMap<>();
    layout.forEach(
        (name, shape) -> {
          if (!has(name)) {
            throw new IllegalArgumentException("tensor " + name + " is missing");
          }
          if (!Arrays.equals(get(name).shape(), shape)) {
            throw new IllegalArgumentException(
                "tensor "
                    + name
                    + " has shape "
                    + shown(get(name).shape())
                    + "; the config asks for "
                    + shown(shape));
          }
          fitted.put(name, get(name));
        });
    TreeSet<String> unknown = new TreeSet<>(tensors.keySet());
    unknown.removeAll(layout.keySet());
    unknown.removeAll(leftOut);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "tensor " + unknown.first() + " has no place in the config");
    }
    return new Weights(fitted);
  }

  /** Whether names and values are the same, bit for bit. */
  public boolean same(Weights other) {
    return tensors.keySet().equals(other.tensors.keySet())
        && names().stream().allMatch(name -> same(get(name).values(), other.get(name).values()));
  }

  private static boolean same(float[] values, float[] others) {
    return values == others || Arrays.equals(values, others);
  }

  /** Whether no value is infinite or not a number. */
  public boolean finite() {
    return notFinite().isEmpty();
  }

  /** Name of the first tensor with a value that is infinite or not a number. */
  Optional<String> notFinite() {
    return tensors.entrySet().stream()
        .filter(tensor -> !finite(tensor.getValue().values()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** The same names and shapes, all zero. */
  public Weights zeros() {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            zeros.put(name, new Tensor(tensor.shape(), new float[tensor.values().length])));
    return new Weights(zeros);
  }

  /**
   * Random weights, the same for the same shape and seed on every machine: normal with deviation
   * 1/sqrt(hidden), so that a projection of a normed state keeps its size (0.02, the usual value,
   * is that of a width of 2,500, and makes a narrow student learn late), projections back into the
   * residual stream divided by sqrt(2 layers) as GPT-2 does, norms 1. Each tensor has a generator
   * of its own.
   */
  public static Weights random(StudentConfig config, long seed) {
    double plain = 1 / Math.sqrt(config.hidden());
    double residual = plain / Math.sqrt(2.0 * config.layers());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    layout(config)
        .forEach(
            (name, shape) -> {
              float[] values = new float[size(shape)];
              boolean intoStream = name.contains("o_proj") || name.contains("down_proj");
              double deviation = intoStream ? residual : plain;
              String own = Ids.hash("weights", Long.toString(seed), name).substring(0, 16);
              Random random = new Random(Long.parseUnsignedLong(own, 16));
              for (int i = 0; i < values.length; i++) {
                values[i] = shape.length == 1 ? 1f : (float) (deviation * random.nextGaussian());
              }
              tensors.put(name, new Tensor(shape, values));
            });
    return new Weights(tensors);
  }

  static int size(int[] shape) {
    int size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    return size;
  }

  static String shown(int[] shape) {
    List<String> extents = new ArrayList<>();
    for (int extent : shape) {
      extents.add(Integer.toString(extent));
    }
    return "[" + String.join(", ", extents) + "]";
  }
}
