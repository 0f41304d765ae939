package orcaflow.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orcaflow.trainer.model.MemoryPlan.Algorithm;
import orcaflow.trainer.model.MemoryPlan.Part;
import orcaflow.trainer.model.MemoryPlan.Setting;
import orcaflow.trainer.torch.Precision;

/**
 * The arithmetic of a {@link MemoryPlan}, part by part, each with its formula in numbers. It
 * follows the learner, the sampler and ops.py.
 */
final class MemoryParts {

  /**
   * Numbers kept for every position of a pass beside those of the layers: the last state, normed.
   */
  private static final int FINAL_STATES = 3;

  private static final int FLOAT = Float.BYTES;

  private static final long CUDA_CONTEXT = 850_000_000;

  private MemoryParts() {}

  static List<Part> training(Setting s) {
    List<Part> parts = new ArrayList<>();
    addDevice(parts, s);
    addWeights(parts, s);
    long trainable = s.trainable();
    parts.add(
        part(
            "gradients",
            trainable * FLOAT * s.passSize().lanes(),
            "%,d that learn x %d bytes x %d sums, added in their order",
            trainable,
            FLOAT,
            s.passSize().lanes()));
    parts.add(
        part(
            "optimiser",
            2 * trainable * FLOAT,
            "%,d x (first + second moment) x %d bytes",
            trainable,
            FLOAT));
    addReference(parts, s);
    addPass(parts, s);
    return parts;
  }

  private static void addDevice(List<Part> parts, Setting s) {
    if (s.passSize() == PassSize.CUDA) {
      parts.add(part("CUDA", CUDA_CONTEXT, "its context and libraries, as measured: docs/gpu.md"));
    }
  }

  private static void addWeights(List<Part> parts, Setting s) {
    long all = s.parameters();
    parts.add(part("weights", all * FLOAT, "%,d parameters x %d bytes", all, FLOAT));
    if (s.lora().isPresent()) {
      long trainable = s.trainable();
      parts.add(part("adapter", trainable * FLOAT, "%,d parameters x %d bytes", trainable, FLOAT));
    }
  }

  private static void addReference(List<Part> parts, Setting s) {
    if (s.algorithm() == Algorithm.SFT) {
      parts.add(part("reference", 0, "none: SFT compares with nothing"));
    } else if (s.lora().isPresent()) {
      parts.add(part("reference", 0, "none: it is the policy with its adapter off"));
    } else {
      long all = s.parameters();
      parts.add(part("reference", all * FLOAT, "%,d parameters x %d bytes", all, FLOAT));
    }
  }

  /** What lives for one forward and backward pass. */
  private static void addPass(List<Part> parts, Setting s) {
    StudentConfig c = s.config();
    long bytes = s.precision().bytes();
    long tokens = (long) Math.min(s.microBatch(), s.rows()) * (s.length() - 1);
    addMatrices(parts, s);
    long trainable = s.trainable();
    parts.add(
        part(
            "new gradients",
            trainable * FLOAT * s.passes(),
            "%,d, before they are added, x %d bytes x %d passes",
            trainable,
            FLOAT,
            s.passes()));
    long states = 2L * c.hidden();
    long layer = activations(c) - states;
    parts.add(
        part(
            "activations",
            (c.layers() * (states * FLOAT + layer * bytes)
                        + (long) FINAL_STATES * c.hidden() * FLOAT)
                    * tokens
                    * s.passes()
                + mask(s),
            "%d rows x %,d tokens x (%d layers x (%,d x %d bytes + %,d x %d bytes)"
                + " + %,d x %d bytes) x %d passes%s",
            Math.min(s.microBatch(), s.rows()),
            s.length() - 1,
            c.layers(),
            states,
            FLOAT,
            layer,
            bytes,
            FINAL_STATES * c.hidden(),
            FLOAT,
            s.passes(),
            mask(s) == 0 ? "" : " + %,d for the window".formatted(mask(s))));
    long between = 3L * c.feedForward();
    // Rotations and their gradients are float32, which is a copy in mixed precision only.
    long rotated = s.precision() == Precision.FLOAT32 ? 0 : 3L * (c.heads() + c.keyValueHeads());
    long gradients = 4L * c.hidden() + rotated * c.headDim();
    parts.add(
        part(
            "backward",
            (between * bytes + gradients * FLOAT) * tokens * s.passes(),
            "(%,d x %d bytes + %,d x %d bytes) a token of one layer x %d passes",
            between,
            bytes,
            gradients,
            FLOAT,
            s.passes()));
    long logits = Math.min(tokens * c.vocabulary(), Math.max(Network.LOGITS, c.vocabulary()));
    parts.add(
        part(
            "logits",
            2 * logits * FLOAT * s.passes(),
            "%,d (%s), twice for their softmax, x %d bytes x %d passes",
            logits,
            logits < tokens * c.vocabulary()
                ? "a chunk of %,d x %,d".formatted(tokens, c.vocabulary())
                : "%,d tokens x %,d".formatted(tokens, c.vocabulary()),
            FLOAT,
            s.passes()));
  }

  static List<Part> sampling(Setting s) {
    StudentConfig c = s.config();
    List<Part> parts = new ArrayList<>();
    long bytes = s.precision().bytes();
    long words = (long) c.vocabulary() * c.hidden();
    long multiplied = c.layers() * (scaled(c) + unscaled(c)) + words;
    parts.add(
        part(
            "weights",
            multiplied * bytes + words * FLOAT,
            "%,d in matrices x %d bytes + %,d of the embedding x %d bytes",
            multiplied,
            bytes,
            words,
            FLOAT));
    long row = 2L * c.layers() * c.keyValueHeads() * c.headDim() * s.length();
    parts.add(
        part(
            "KV cache",
            row * s.batch() * bytes,
            "%d rows x %,d tokens x %d layers x %d x (key + value) x %d bytes",
            s.batch(),
            s.length(),
            c.layers(),
            c.keyValueHeads() * c.headDim(),
            bytes));
    return parts;
  }

  /**
   * Numbers the backward pass needs of one layer and position, in the order of ops.py: the state
   * and its norm (2 d), the projections (q + 2 k), queries and keys turned (q + k), keys and values
   * for every query head (2 q, where heads share them), what attention gives (q), the second state
   * and its norm (2 d), gate, its silu, up, and their product (4 f). The two states are float32 in
   * mixed precision, too.
   */
  private static long activations(StudentConfig c) {
    long d = c.hidden();
    long q = (long) c.heads() * c.headDim();
    long k = (long) c.keyValueHeads() * c.headDim();
    long repeated = c.heads() == c.keyValueHeads() ? 0 : 2 * q;
    return 4 * d + (q + 2 * k) + (q + k) + repeated + q + 4L * c.feedForward();
  }

  /**
   * Matrices that a pass makes of the weights and keeps: see `qkv_weight`, `fold_norm` and
   * `to_compute_dtype` in ops.py. In mixed precision all that is multiplied with is copied; what is
   * on the way there, the adapter added or queries above keys, is float32.
   */
  private static void addMatrices(List<Part> parts, Setting s) {
    StudentConfig c = s.config();
    long bytes = s.precision().bytes();
    long before =
        s.lora()
            .map(
                l ->
                    l.places(c).stream()
                        .mapToLong(place -> Weights.size(Weights.layout(c).get(place.weight())))
                        .sum())
            .orElse((long) c.layers() * c.hidden() * (c.heads() + c.keyValueHeads()) * c.headDim());
    long copied =
        s.precision() == Precision.FLOAT32
            ? 0
            : c.layers() * unscaled(c) + (long) c.vocabulary() * c.hidden();
    long scaled = c.layers() * scaled(c) + copied;
    parts.add(
        part(
            "scaled matrices",
            (before * FLOAT + scaled * bytes) * s.passes(),
            "(%,d numbers (%s) x %d bytes + %,d (projections with the norms' weights%s) x %d bytes)"
                + " x %d passes",
            before,
            s.lora().isPresent() ? "the adapter added" : "queries above keys",
            FLOAT,
            scaled,
            copied == 0 ? "" : ", and copies of the others",
            bytes,
            s.passes()));
  }

  /**
   * Numbers in the matrices of a layer that take a norm's weight: queries, keys, values, gate, up.
   */
  private static long scaled(StudentConfig c) {
    long heads = c.heads() + 2L * c.keyValueHeads();
    return c.hidden() * (heads * c.headDim() + 2L * c.feedForward());
  }

  /** In the others. */
  private static long unscaled(StudentConfig c) {
    return (long) c.hidden() * (c.heads() * c.headDim() + c.feedForward());
  }

  /** A sliding window is a mask, as truth and as numbers, for each layer. */
  private static long mask(Setting s) {
    boolean masked = s.config().slidingWindow().orElse(s.length()) < s.length();
    long positions = (long) (s.length() - 1) * (s.length() - 1);
    return masked ? positions * s.config().layers() * (1 + s.precision().bytes()) * s.passes() : 0;
  }

  private static Part part(String name, long bytes, String arithmetic, Object... numbers) {
    return new Part(name, bytes, String.format(Locale.ROOT, arithmetic, numbers));
  }
}
