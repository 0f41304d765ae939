package orcaflow.trainer.student;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What training and sampling a student take of a device's memory, by arithmetic: nothing is loaded.
 * It is the arithmetic of {@link Learner}, {@link Sampler} and ops.py, each part with the formula
 * in numbers. Left out: the rotation tables, token ids, and what the allocator and the driver take,
 * for which {@link #HEADROOM} of the device is kept free.
 */
public record MemoryPlan(Setting setting, List<Part> training, List<Part> sampling) {

  /** Share of a device's memory that is not planned. */
  public static final double HEADROOM = 0.1;

  /**
   * Numbers kept for every position of a pass beside those of the layers: the last state, normed.
   */
  private static final int FINAL_STATES = 3;

  private static final int FLOAT = Float.BYTES;

  /** What weights and activations are held in; what learns is float32 in both. */
  public enum Dtype {
    FLOAT32(4),
    BFLOAT16(2);

    private final int bytes;

    Dtype(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /** How it is trained. */
  public enum Algorithm {
    SFT,
    KTO,
    DPO
  }

  /**
   * What is planned.
   *
   * @param lora the adapter that learns; none if all weights do
   * @param batch rows of a step; of DPO pairs, which are two rows each
   * @param length tokens of a row, prompt and completion
   * @param microBatch rows in one forward and backward pass
   * @param passes computed side by side
   */
  public record Setting(
      StudentConfig config,
      Algorithm algorithm,
      Optional<Lora> lora,
      int batch,
      int length,
      int microBatch,
      int passes,
      Dtype dtype) {

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

    /** Parameters that learn. */
    public long learnt() {
      return lora.map(l -> count(l.layout(config))).orElseGet(this::parameters);
    }

    /** Rows of a step. */
    public int rows() {
      return algorithm == Algorithm.DPO ? 2 * batch : batch;
    }

    public Setting inPassesOf(int rows) {
      return new Setting(config, algorithm, lora, batch, length, rows, passes, dtype);
    }

    public Setting ofLength(int tokens) {
      return new Setting(config, algorithm, lora, batch, tokens, microBatch, passes, dtype);
    }

    public Setting with(Lora adapter) {
      return new Setting(
          config, algorithm, Optional.of(adapter), batch, length, microBatch, passes, dtype);
    }

    public Setting in(Dtype other) {
      return new Setting(config, algorithm, lora, batch, length, microBatch, passes, other);
    }
  }

  /**
   * One use of memory.
   *
   * @param arithmetic how the bytes come about
   */
  public record Part(String name, long bytes, String arithmetic) {}

  public static MemoryPlan of(Setting setting) {
    return new MemoryPlan(setting, trainingParts(setting), samplingParts(setting));
  }

  public long trainingBytes() {
    return sum(training);
  }

  public long samplingBytes() {
    return sum(sampling);
  }

  /** Whether training fits a device of so many bytes. */
  public boolean fits(long deviceBytes) {
    return trainingBytes() <= usable(deviceBytes);
  }

  /** What of a device is planned with. */
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

  private static List<Part> trainingParts(Setting s) {
    List<Part> parts = new ArrayList<>();
    addWeights(parts, s);
    long learnt = s.learnt();
    parts.add(
        part(
            "gradients",
            learnt * FLOAT * Batch.LANES,
            "%,d that learn x %d bytes x %d sums, added in their order",
            learnt,
            FLOAT,
            Batch.LANES));
    parts.add(
        part(
            "optimiser",
            2 * learnt * FLOAT,
            "%,d x (first + second moment) x %d bytes",
            learnt,
            FLOAT));
    addReference(parts, s);
    addPass(parts, s);
    return parts;
  }

  private static void addWeights(List<Part> parts, Setting s) {
    long all = s.parameters();
    parts.add(
        part("weights", all * s.dtype.bytes, "%,d parameters x %d bytes", all, s.dtype.bytes));
    if (s.lora.isPresent()) {
      long learnt = s.learnt();
      parts.add(part("adapter", learnt * FLOAT, "%,d parameters x %d bytes", learnt, FLOAT));
    } else if (s.dtype != Dtype.FLOAT32) {
      parts.add(part("float32 weights", all * FLOAT, "%,d that learn x %d bytes", all, FLOAT));
    }
  }

  private static void addReference(List<Part> parts, Setting s) {
    if (s.algorithm == Algorithm.SFT) {
      parts.add(part("reference", 0, "none: SFT compares with nothing"));
    } else if (s.lora.isPresent()) {
      parts.add(part("reference", 0, "none: it is the policy with its adapter off"));
    } else {
      long all = s.parameters();
      parts.add(
          part("reference", all * s.dtype.bytes, "%,d parameters x %d bytes", all, s.dtype.bytes));
    }
  }

  /** What lives for one forward and backward pass. */
  private static void addPass(List<Part> parts, Setting s) {
    StudentConfig c = s.config;
    long bytes = s.dtype.bytes;
    long tokens = (long) Math.min(s.microBatch, s.rows()) * (s.length - 1);
    long scaled = scaledMatrices(s);
    parts.add(
        part(
            "scaled matrices",
            scaled * bytes * s.passes,
            "%,d numbers (projections with the norms' weights%s) x %d bytes x %d passes",
            scaled,
            s.lora.isPresent() ? " and the adapter added" : "",
            bytes,
            s.passes));
    long found = s.learnt();
    parts.add(
        part(
            "new gradients",
            found * FLOAT * s.passes,
            "%,d, before they are added, x %d bytes x %d passes",
            found,
            FLOAT,
            s.passes));
    long layer = activations(c);
    parts.add(
        part(
            "activations",
            (c.layers() * layer + (long) FINAL_STATES * c.hidden()) * tokens * bytes * s.passes
                + mask(s),
            "%d rows x %,d tokens x (%d layers x %,d + %,d) x %d bytes x %d passes%s",
            Math.min(s.microBatch, s.rows()),
            s.length - 1,
            c.layers(),
            layer,
            FINAL_STATES * c.hidden(),
            bytes,
            s.passes,
            mask(s) == 0 ? "" : " + %,d for the window".formatted(mask(s))));
    long working = 3L * c.feedForward() + 4L * c.hidden();
    parts.add(
        part(
            "backward",
            working * tokens * bytes * s.passes,
            "%,d numbers a token of one layer x %d bytes x %d passes",
            working,
            bytes,
            s.passes));
    long logits = Math.min(tokens * c.vocabulary(), Math.max(Network.LOGITS, c.vocabulary()));
    parts.add(
        part(
            "logits",
            2 * logits * bytes * s.passes,
            "%,d (%s), twice for their softmax, x %d bytes x %d passes",
            logits,
            logits < tokens * c.vocabulary()
                ? "a chunk of %,d x %,d".formatted(tokens, c.vocabulary())
                : "%,d tokens x %,d".formatted(tokens, c.vocabulary()),
            bytes,
            s.passes));
  }

  private static List<Part> samplingParts(Setting s) {
    StudentConfig c = s.config;
    List<Part> parts = new ArrayList<>();
    long all = s.parameters();
    parts.add(
        part("weights", all * s.dtype.bytes, "%,d parameters x %d bytes", all, s.dtype.bytes));
    long row = 2L * c.layers() * c.keyValueHeads() * c.headDim() * s.length;
    parts.add(
        part(
            "KV cache",
            row * s.batch * s.dtype.bytes,
            "%d rows x %,d tokens x %d layers x %d x (key + value) x %d bytes",
            s.batch,
            s.length,
            c.layers(),
            c.keyValueHeads() * c.headDim(),
            s.dtype.bytes));
    return parts;
  }

  /**
   * Numbers the backward pass needs of one layer and position, in the order of ops.py: the state
   * and its norm (2 d), the projections (q + 2 k), queries and keys turned (q + k), keys and values
   * for every query head (2 q, where heads share them), what attention gives (q), the second state
   * and its norm (2 d), gate, its silu, up, and their product (4 f).
   */
  private static long activations(StudentConfig c) {
    long d = c.hidden();
    long q = (long) c.heads() * c.headDim();
    long k = (long) c.keyValueHeads() * c.headDim();
    long spread = c.heads() == c.keyValueHeads() ? 0 : 2 * q;
    return 4 * d + (q + 2 * k) + (q + k) + spread + q + 4L * c.feedForward();
  }

  /** Matrices that a pass makes of the weights and keeps: see `joined` and `scaled` in ops.py. */
  private static long scaledMatrices(Setting s) {
    StudentConfig c = s.config;
    long d = c.hidden();
    long q = d * c.heads() * c.headDim();
    long k = d * c.keyValueHeads() * c.headDim();
    long layer = (q + 2 * k) + 2 * d * c.feedForward();
    if (s.lora.isEmpty()) {
      return c.layers() * (layer + q + k);
    }
    long adapted =
        s.lora.get().places(c).stream()
            .mapToLong(place -> Weights.size(Weights.layout(c).get(place.weight())))
            .sum();
    return c.layers() * layer + adapted;
  }

  /** A sliding window is a mask, as truth and as numbers, for each layer. */
  private static long mask(Setting s) {
    boolean masked = s.config.slidingWindow().orElse(s.length) < s.length;
    long positions = (long) (s.length - 1) * (s.length - 1);
    return masked ? positions * s.config.layers() * (1 + s.dtype.bytes) * s.passes : 0;
  }

  private static long count(Map<String, int[]> layout) {
    return layout.values().stream().mapToLong(Weights::size).sum();
  }

  private static long sum(List<Part> parts) {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  private static Part part(String name, long bytes, String arithmetic, Object... numbers) {
    return new Part(name, bytes, String.format(java.util.Locale.ROOT, arithmetic, numbers));
  }
}
