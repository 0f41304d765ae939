package orcaflow.trainer.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.StudentConfig;

/**
 * Continuous batching: completions are made side by side, requests are added between two {@link
 * #advance} calls, and each completion leaves when it is done. A prompt is computed once for all
 * completions of its request. No completion depends on the others. Used by one thread at a time.
 *
 * <p>Row i of the caches belongs to the i-th of {@code rows}; where one leaves, the last one moves.
 */
public final class ContinuousBatch implements AutoCloseable {

  /** Prompt tokens of one native call. */
  private static final int PROMPT_TOKENS = 4096;

  /** Tokens made by one native call: few for many rows, so that a finished one leaves soon. */
  private static final int TOKENS = 64;

  private static final int MOST_STEPS = 16;

  private final InferenceWeights student;
  private final List<Sequence> rows = new ArrayList<>();
  private final List<Generation> waiting = new ArrayList<>();
  private NDManager memory;
  private NDList caches;
  private int capacity;
  private int columns;

  ContinuousBatch(InferenceWeights student) {
    this.student = student;
    clear(student.scope());
  }

  /**
   * Adds a request; its first tokens come with the next advance.
   *
   * @throws IllegalArgumentException if it does not fit the context or has unknown tokens
   */
  public Generation add(GenerationRequest request, StopRule stopRule) {
    check(student.config(), request);
    Generation generation = new Generation(request, stopRule);
    waiting.add(generation);
    return generation;
  }

  /** Completions in work. */
  public int rows() {
    return rows.size() + waiting.stream().mapToInt(a -> a.request().samples()).sum();
  }

  /** Drops what is cancelled, begins what waits, and continues all by one or a few tokens. */
  public void advance() {
    waiting.removeIf(Generation::cancelled);
    removeDone();
    prefillWaiting();
    removeDone();
    if (!rows.isEmpty()) {
      decode();
      removeDone();
    }
    if (rows.isEmpty() && capacity > 0) {
      memory.close();
      clear(student.scope());
    }
  }

  private void clear(NDManager fresh) {
    memory = fresh;
    caches = new NDList();
    for (int layer = 0; layer < student.config().layers(); layer++) {
      add(caches, student.emptyCache(memory));
    }
    capacity = 0;
    columns = 0;
  }

  private static void add(NDList caches, NDArray cache) {
    cache.setName("C[]");
    caches.add(cache);
  }

  /**
   * Requests whose prompts have the same number of blocks share a call, so that sums have one
   * order.
   */
  private void prefillWaiting() {
    Map<Integer, List<Generation>> buckets = new TreeMap<>();
    for (Generation generation : waiting) {
      int length = blocks(generation.request().prompt().length, Network.BLOCK);
      buckets.computeIfAbsent(length, key -> new ArrayList<>()).add(generation);
    }
    waiting.clear();
    buckets.forEach(
        (length, all) -> {
          int atOnce = Math.max(1, PROMPT_TOKENS / length);
          for (int from = 0; from < all.size(); from += atOnce) {
            prefill(length, all.subList(from, Math.min(all.size(), from + atOnce)));
          }
        });
  }

  private void prefill(int length, List<Generation> generations) {
    int first = rows.size();
    generations.forEach(generation -> rows.addAll(generation.rows()));
    makeRoom();
    long[] ids = new long[generations.size() * length];
    Arrays.fill(ids, student.config().pad());
    long[] lengths = new long[generations.size()];
    long[] owners = new long[rows.size() - first];
    long[] slots = new long[owners.length];
    int r = 0;
    for (int b = 0; b < lengths.length; b++) {
      int[] prompt = generations.get(b).request().prompt();
      lengths[b] = prompt.length;
      for (int t = 0; t < prompt.length; t++) {
        ids[b * length + t] = prompt[t];
      }
      for (int sample = 0; sample < generations.get(b).request().samples(); sample++) {
        owners[r] = b;
        slots[r] = first + r;
        r++;
      }
    }
    try (NDManager scope = student.scope()) {
      NDList inputs =
          new NDList(
              scope.create(ids, new Shape(lengths.length, length)),
              scope.create(lengths),
              scope.create(owners),
              scope.create(slots));
      generate("prefill", scope, inputs, rows.subList(first, rows.size()), 1);
    }
  }

  private void decode() {
    int most = rows.stream().mapToInt(Sequence::left).max().orElseThrow();
    int steps = Math.min(most, Math.max(1, Math.min(MOST_STEPS, TOKENS / rows.size())));
    long[] state = new long[2 * rows.size()];
    for (int r = 0; r < rows.size(); r++) {
      state[2 * r] = rows.get(r).last();
      state[2 * r + 1] = rows.get(r).position();
    }
    try (NDManager scope = student.scope()) {
      NDList inputs =
          new NDList(scope.create(IntStream.of(student.config().ends()).asLongStream().toArray()));
      inputs.add(scope.create(state, new Shape(rows.size(), 2)));
      generate("decode", scope, inputs, rows, steps);
    }
  }

  private void generate(
      String method, NDManager scope, NDList inputs, List<Sequence> some, int steps) {
    int count = some.size();
    int width = 0;
    float[] settings = new float[2 * count];
    float[] uniforms = new float[count * steps * Sequence.DRAWS];
    for (int r = 0; r < count; r++) {
      Sequence row = some.get(r);
      settings[2 * r] = row.temperature();
      settings[2 * r + 1] = (float) row.request().topP();
      for (int i = 0; i < steps * Sequence.DRAWS; i++) {
        uniforms[r * steps * Sequence.DRAWS + i] = row.uniform();
      }
      if (row.request().logProbs().isPresent()) {
        int likeliest =
            Math.min(row.request().logProbs().getAsInt(), student.config().vocabulary());
        width = Math.max(width, 1 + 2 * likeliest);
      }
    }
    inputs.add(scope.create(settings, new Shape(count, 2)));
    inputs.add(scope.create(uniforms, new Shape(count, steps, Sequence.DRAWS)));
    NDArray out = scope.create(new long[count * steps], new Shape(count, steps));
    NDArray logProbsOut = scope.zeros(new Shape(count, steps, width), DataType.FLOAT32);
    inputs.add(out);
    inputs.add(logProbsOut);
    student.generate(method, scope, caches, inputs);
    long[] ids = out.toLongArray();
    float[] logProbs = width == 0 ? new float[0] : logProbsOut.toFloatArray();
    for (int r = 0; r < count; r++) {
      some.get(r).take(ids, r * steps, steps, logProbs, width, student.config().ends());
    }
  }

  /** Rows that are done or cancelled go; the last ones move into their places. */
  private void removeDone() {
    List<Long> take = new ArrayList<>();
    List<Long> put = new ArrayList<>();
    int kept = (int) rows.stream().filter(row -> !gone(row)).count();
    int from = rows.size();
    for (int place = 0; place < kept; place++) {
      if (gone(rows.get(place))) {
        do {
          from--;
        } while (gone(rows.get(from)));
        rows.set(place, rows.get(from));
        take.add((long) from);
        put.add((long) place);
      }
    }
    rows.subList(kept, rows.size()).clear();
    if (!put.isEmpty()) {
      int used = rows.stream().mapToInt(Sequence::position).max().orElseThrow();
      try (NDManager scope = student.scope()) {
        NDList inputs = new NDList(caches);
        inputs.add(scope.create(longs(take)));
        inputs.add(scope.create(longs(put)));
        inputs.add(scope.create((long) used));
        student.call("move_rows", scope, inputs);
      }
    }
  }

  private static boolean gone(Sequence row) {
    return row.done() || row.cancelled();
  }

  private void makeRoom() {
    int longest =
        rows.stream()
            .mapToInt(row -> row.request().prompt().length + row.request().maxTokens())
            .max()
            .orElseThrow();
    int wanted = blocks(longest, Network.BLOCK);
    if (rows.size() <= capacity && wanted <= columns) {
      return;
    }
    capacity = rows.size() <= capacity ? capacity : Math.max(rows.size(), 2 * capacity);
    columns = Math.max(columns, wanted);
    NDManager fresh = student.scope();
    NDList grown = new NDList();
    for (NDArray cache : caches) {
      NDArray more =
          student.call(
              "grow_cache",
              fresh,
              new NDList(cache, fresh.create((long) capacity), fresh.create((long) columns)));
      add(grown, more);
    }
    memory.close();
    memory = fresh;
    caches = grown;
  }

  /**
   * @throws IllegalArgumentException if a request does not fit the context or has unknown tokens
   */
  static void check(StudentConfig config, GenerationRequest request) {
    MicroBatch.checkIds(config, request.prompt());
    int all = request.prompt().length + request.maxTokens();
    if (all > config.contextLength()) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and up to %d new ones do not fit the context of %d"
              .formatted(request.prompt().length, request.maxTokens(), config.contextLength()));
    }
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static int blocks(int tokens, int block) {
    return (tokens + block - 1) / block * block;
  }

  /** Drops what is in work. */
  @Override
  public void close() {
    memory.close();
  }
}
