package orcaflow.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.trainer.torch.Torch;

/**
 * A student's weights in native memory, with the other inputs of every call of {@link Ops}. With an
 * adapter it has a network without one inside, whose weights it shares.
 */
public final class Network implements AutoCloseable {

  /** Rounding up to blocks may touch this many positions beyond the context, without an effect. */
  public static final int BLOCK = 16;

  /**
   * Logits one pass may hold (64 MB): for more completion tokens times vocabulary they are computed
   * in chunks and, on the way back, again.
   */
  public static final long LOGITS = 1L << 24;

  private final StudentConfig config;
  private final DataType type;
  private final NDManager manager;
  private final Map<String, int[]> layout;
  private final NDList trainable;
  private final NDList inputs;
  private final Optional<Network> frozen;

  /**
   * @param type FLOAT32, or FLOAT64 to check gradients by differences
   * @param train whether gradients by these weights are computed
   */
  public Network(StudentConfig config, Weights weights, DataType type, boolean train) {
    this.config = config;
    this.type = type;
    this.layout = Weights.layout(config);
    this.manager = Torch.manager();
    this.frozen = Optional.empty();
    this.trainable = arrays("W[]", weights.fitted(config));
    if (train) {
      trainable.forEach(weight -> weight.setRequiresGradient(true));
    }
    this.inputs = new NDList(trainable);
    addRotation();
    inputs.add(number(config.rmsNormEps()));
    inputs.add(manager.create((long) config.slidingWindow().orElse(0)));
  }

  /**
   * A network of frozen weights under an adapter, which alone is trained.
   *
   * @param frozen closed with this one
   */
  public Network(Network frozen, Adapter adapter, boolean train) {
    Lora lora = adapter.lora();
    this.config = frozen.config;
    this.type = frozen.type;
    this.layout = lora.layout(config);
    this.manager = frozen.manager.newSubManager();
    this.frozen = Optional.of(frozen);
    this.trainable = arrays("P[]", adapter.fitted(config).weights());
    if (train) {
      trainable.forEach(matrix -> matrix.setRequiresGradient(true));
    }
    long[] places = lora.places(config).stream().mapToLong(Lora.Place::index).toArray();
    this.inputs = new NDList(trainable);
    inputs.add(manager.create(places));
    inputs.add(manager.create(lora.scale()));
    inputs.addAll(frozen.inputs);
  }

  public StudentConfig config() {
    return config;
  }

  /** The method of {@link Ops} that computes this with these inputs. */
  public String method(String plain) {
    return frozen.isPresent() ? "lora_" + plain : plain;
  }

  /**
   * The first inputs of every method: weights, rotation tables, epsilon and window; before them the
   * adapter, the places of its matrices and its scale, if there is one.
   */
  public NDList inputs() {
    return inputs;
  }

  /** The arrays that are trained: the weights, or the adapter's matrices alone. */
  public NDList trainable() {
    return trainable;
  }

  /** The network without its adapter. */
  public Optional<Network> frozen() {
    return frozen;
  }

  /**
   * Arrays of the shapes of the trainable ones. They live as long as the network.
   *
   * @param name under which TorchScript takes them as a list
   */
  public NDList arrays(String name, Weights values) {
    NDList arrays = new NDList();
    layout.forEach(
        (key, shape) -> {
          NDArray array = manager.create(values.get(key).values(), shape(shape));
          NDArray typed = array.toType(type, false);
          typed.setName(name);
          arrays.add(typed);
        });
    return arrays;
  }

  /** One number for each trainable array: AdamW counts the steps of each. */
  public NDList numbers(String name, float value) {
    NDList numbers = new NDList();
    for (int i = 0; i < trainable.size(); i++) {
      NDArray number = manager.create(value);
      number.setName(name);
      numbers.add(number);
    }
    return numbers;
  }

  /** A copy of such arrays on the Java heap. */
  public Weights read(NDList arrays) {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(layout.keySet());
    for (int i = 0; i < names.size(); i++) {
      int[] shape = layout.get(names.get(i));
      tensors.put(names.get(i), new Weights.Tensor(shape, floats(arrays.get(i))));
    }
    return new Weights(tensors);
  }

  public NDManager scope() {
    return manager.newSubManager();
  }

  public DataType type() {
    return type;
  }

  private NDArray number(double value) {
    return manager.create(value).toType(type, false);
  }

  /** cos and sin of position times frequency, rounded to float where Hugging Face rounds. */
  private void addRotation() {
    int half = config.headDim() / 2;
    int positions = config.contextLength() + BLOCK;
    float[] cos = new float[positions * half];
    float[] sin = new float[cos.length];
    for (int i = 0; i < half; i++) {
      float plain = (float) (1 / StrictMath.pow(config.ropeTheta(), i / (double) half));
      float frequency = config.ropeScaling().frequency(plain);
      for (int position = 0; position < positions; position++) {
        float angle = position * frequency;
        cos[position * half + i] = (float) StrictMath.cos(angle);
        sin[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
    Shape shape = new Shape(positions, half);
    inputs.add(manager.create(cos, shape).toType(type, false));
    inputs.add(manager.create(sin, shape).toType(type, false));
  }

  private static Shape shape(int[] extents) {
    return new Shape(Arrays.stream(extents).asLongStream().toArray());
  }

  private static float[] floats(NDArray array) {
    try (NDArray narrow = array.toType(DataType.FLOAT32, true)) {
      return narrow.toFloatArray();
    }
  }

  @Override
  public void close() {
    manager.close();
    frozen.ifPresent(Network::close);
  }
}
