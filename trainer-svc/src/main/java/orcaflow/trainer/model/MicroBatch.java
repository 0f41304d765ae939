package orcaflow.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import orcaflow.trainer.tokenizer.Example;

/**
 * Examples side by side, padded on the right to the longest. The last token of each is only a
 * target, so it is not among the ids.
 *
 * @param rows which examples of the whole batch these are
 * @param ids [B, T]
 * @param length T
 * @param keep flat positions, b T + t, whose next token belongs to a completion: [N]
 * @param targets that next token: [N]
 * @param owners b: [N]
 */
public record MicroBatch(
    int[] rows, long[] ids, int length, long[] keep, long[] targets, long[] owners) {

  /**
   * Below this number of tokens a micro-batch is not worth cutting: each reads all weights, and two
   * of them keep two threads busy.
   */
  public static final int FEW_TOKENS = 384;

  /**
   * Cuts examples, longest first, into about equally large micro-batches. The cut depends on the
   * lengths alone.
   *
   * @param size tokens of a micro-batch, and the number of sums that a large batch is dealt to
   */
  public static List<MicroBatch> cut(StudentConfig config, List<Example> examples, PassSize size) {
    return cut(config, examples, size, Integer.MAX_VALUE);
  }

  /**
   * The same with a limit on the rows of each.
   *
   * @param microRows most rows of a batch
   */
  public static List<MicroBatch> cut(
      StudentConfig config, List<Example> examples, PassSize size, int microRows) {
    return cut(config, examples, size.tokens(), size.lanes(), microRows);
  }

  /**
   * The same in numbers.
   *
   * @param microTokens padded tokens of a micro-batch, about, at most
   * @param lanes a batch of more micro-batches than these is cut into a multiple of them
   */
  public static List<MicroBatch> cut(
      StudentConfig config, List<Example> examples, int microTokens, int lanes, int microRows) {
    examples.forEach(example -> check(config, example));
    int[] order =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> -examples.get(row).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    long total = examples.stream().mapToLong(example -> example.length() - 1).sum();
    long parts = parts(total, microTokens, lanes, (examples.size() + microRows - 1L) / microRows);
    long cap = Math.max(1, total / parts);
    List<int[]> cut = cut(examples, order, cap, microRows);
    while (cut.size() > parts) {
      cap += 1 + cap / 32;
      cut = cut(examples, order, cap, microRows);
    }
    return cut.stream().map(rows -> of(examples, rows)).toList();
  }

  /**
   * Into how many micro-batches N tokens are cut.
   *
   * @param atLeast the least number of micro-batches
   */
  public static long parts(long tokens, int microTokens, int lanes, long atLeast) {
    long needed = Math.max(atLeast, (tokens + microTokens - 1) / microTokens);
    long worth = Math.min(lanes, Math.max(1, tokens / FEW_TOKENS));
    return needed <= worth ? worth : (needed + lanes - 1) / lanes * lanes;
  }

  private static List<int[]> cut(List<Example> examples, int[] order, long cap, int rows) {
    List<int[]> parts = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int length = examples.get(order[from]).length() - 1;
      int to = (int) Math.min(order.length, from + Math.max(1, Math.min(rows, cap / length)));
      parts.add(Arrays.copyOfRange(order, from, to));
      from = to;
    }
    return parts;
  }

  /** The inputs of {@link Ops}: ids, keep, targets, owners and a row of zeros. */
  public NDList inputs(NDManager scope, DataType type) {
    NDArray all = scope.create(ids, new Shape(rows.length, length));
    return new NDList(
        all,
        scope.create(keep),
        scope.create(targets),
        scope.create(owners),
        scope.zeros(new Shape(rows.length), type));
  }

  /** The first of the rows is the longest. */
  private static MicroBatch of(List<Example> examples, int[] rows) {
    int length = examples.get(rows[0]).length() - 1;
    int kept = Arrays.stream(rows).map(row -> examples.get(row).completion().length).sum();
    long[] ids = new long[rows.length * length];
    long[] keep = new long[kept];
    long[] targets = new long[kept];
    long[] owners = new long[kept];
    int n = 0;
    for (int b = 0; b < rows.length; b++) {
      int[] prompt = examples.get(rows[b]).prompt();
      int[] completion = examples.get(rows[b]).completion();
      int begin = b * length;
      // The row's own first token pads it: a word with weights that are not finite stays in its
      // rows.
      Arrays.fill(ids, begin, begin + length, prompt[0]);
      for (int t = 0; t < prompt.length; t++) {
        ids[begin + t] = prompt[t];
      }
      for (int t = 0; t < completion.length; t++) {
        if (t < completion.length - 1) {
          ids[begin + prompt.length + t] = completion[t];
        }
        keep[n] = begin + prompt.length + t - 1;
        targets[n] = completion[t];
        owners[n] = b;
        n++;
      }
    }
    return new MicroBatch(rows, ids, length, keep, targets, owners);
  }

  /** Refuses an example that does not fit, with a sentence. */
  public static void check(StudentConfig config, Example example) {
    if (example.length() - 1 > config.contextLength()) {
      throw new IllegalArgumentException(
          "an example of "
              + example.length()
              + " tokens does not fit the context of "
              + config.contextLength());
    }
    checkIds(config, example.prompt());
    checkIds(config, example.completion());
  }

  /** Ids outside the vocabulary are refused here, with a sentence. */
  public static void checkIds(StudentConfig config, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabulary()) {
        throw new IllegalArgumentException(
            "token id " + id + " is outside the vocabulary of " + config.vocabulary());
      }
    }
  }
}
