package orcaflow.trainer.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.trainer.torch.Precision;

/**
 * The device memory that training and sampling a student need, by arithmetic: nothing is loaded.
 * Left out are the rotation tables, token ids, and what the allocator and the driver take, for
 * which {@link #HEADROOM} of the device is kept free.
 *
 * @param training each use of memory in training
 * @param sampling each use of memory in sampling
 */
public record MemoryPlan(Setting setting, List<Part> training, List<Part> sampling) {

  /** Fraction of a device's memory that stays free. */
  public static final double HEADROOM = 0.1;

  /** The objective it is trained on. */
  public enum Algorithm {
    SFT,
    KTO,
    DPO
  }

  /**
   * What is planned.
   *
   * @param lora the adapter that is trained; none if all weights are
   * @param batch rows of a step; for DPO pairs, which are two rows each
   * @param length tokens of a row, prompt and completion
   * @param microBatch rows in one forward and backward pass
   * @param passes how many are computed side by side
   * @param precision of products: weights, gradients, moments and losses are float32 in each
   * @param passSize that of the device
   */
  public record Setting(
      StudentConfig config,
      Algorithm algorithm,
      Optional<Lora> lora,
      int batch,
      int length,
      int microBatch,
      int passes,
      Precision precision,
      PassSize passSize) {

    public Setting {
      atLeastOne("batch", batch);
      atLeastOne("micro-batch", microBatch);
      atLeastOne("passes", passes);
      if (length < 2 || length > config.contextLength()) {
        throw new IllegalArgumentException(
            "length is %d; the model's context allows 2 to %d"
                .formatted(length, config.contextLength()));
      }
    }

    private static void atLeastOne(String key, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(key + " is " + value + "; it must be 1 or more");
      }
    }

    /** Parameters of the student. */
    public long parameters() {
      return count(Weights.layout(config));
    }

    /** Parameters that are trained. */
    public long trainable() {
      return lora.map(l -> count(l.layout(config))).orElseGet(this::parameters);
    }

    /** Rows of a step. */
    public int rows() {
      return algorithm == Algorithm.DPO ? 2 * batch : batch;
    }

    public Setting inPassesOf(int rows) {
      return new Setting(config, algorithm, lora, batch, length, rows, passes, precision, passSize);
    }

    public Setting ofLength(int tokens) {
      return new Setting(
          config, algorithm, lora, batch, tokens, microBatch, passes, precision, passSize);
    }

    public Setting with(Lora adapter) {
      return new Setting(
          config,
          algorithm,
          Optional.of(adapter),
          batch,
          length,
          microBatch,
          passes,
          precision,
          passSize);
    }

    public Setting withPasses(int sideBySide) {
      return new Setting(
          config, algorithm, lora, batch, length, microBatch, sideBySide, precision, passSize);
    }

    public Setting in(Precision other) {
      return new Setting(
          config, algorithm, lora, batch, length, microBatch, passes, other, passSize);
    }
  }

  /**
   * One use of memory.
   *
   * @param arithmetic the formula, with its numbers
   */
  public record Part(String name, long bytes, String arithmetic) {}

  public static MemoryPlan of(Setting setting) {
    return new MemoryPlan(setting, MemoryParts.training(setting), MemoryParts.sampling(setting));
  }

  public long trainingBytes() {
    return sum(training);
  }

  public long samplingBytes() {
    return sum(sampling);
  }

  /** Whether training fits a device of N bytes. */
  public boolean fits(long deviceBytes) {
    return trainingBytes() <= usable(deviceBytes);
  }

  /** The bytes of a device that the plan may use. */
  public static long usable(long deviceBytes) {
    return (long) (deviceBytes * (1 - HEADROOM));
  }

  /** The most rows in a pass with which training fits, up to all rows of a step; 0 for none. */
  public static int largestMicroBatch(Setting setting, long deviceBytes) {
    int low = 0;
    int high = setting.rows();
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (of(setting.inPassesOf(middle)).fits(deviceBytes)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long count(Map<String, int[]> layout) {
    return layout.values().stream().mapToLong(Weights::size).sum();
  }

  private static long sum(List<Part> parts) {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
