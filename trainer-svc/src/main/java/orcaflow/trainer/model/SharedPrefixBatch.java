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
 * Several completions of each of some prompts, where a prompt is computed once. The tokens stand in
 * one row without padding, all prompts first; only attention sees them as B prompts and R
 * completions. The last token of a prompt is the first token of each of its completions, as the
 * completion's first token is predicted from it.
 *
 * @param completions which of all completions these are: [R]
 * @param ids of N tokens
 * @param positions of these tokens in their sequences
 * @param prompts indices of prompt tokens among the N, 0 for padding: [B, T]
 * @param promptPlaces where prompt tokens are in B T
 * @param own indices of completion tokens among the N, 0 for padding: [R, S]
 * @param ownPlaces where completion tokens are in R S
 * @param seen indices of what the tokens of a completion attend to: its prompt, then its own: [R, T
 *     + S]
 * @param lengths of the prompts of completions, without their last tokens: [R]
 * @param targets the token after each completion token
 * @param owners the completion of each of these, 0 to R
 */
public record SharedPrefixBatch(
    int[] completions,
    long[] ids,
    long[] positions,
    long[][] prompts,
    long[] promptPlaces,
    long[][] own,
    long[] ownPlaces,
    long[][] seen,
    long[] lengths,
    long[] targets,
    long[] owners) {

  /**
   * Cuts groups into micro-batches.
   *
   * @param groups each the examples of one prompt
   */
  static List<SharedPrefixBatch> cut(
      StudentConfig config, List<List<Example>> groups, PassSize size) {
    return cut(config, groups, size.tokens(), size.lanes());
  }

  /**
   * The same in numbers.
   *
   * @param microTokens tokens of a micro-batch, about
   * @param lanes see {@link MicroBatch#cut(StudentConfig, List, int, int, int)}
   */
  static List<SharedPrefixBatch> cut(
      StudentConfig config, List<List<Example>> groups, int microTokens, int lanes) {
    for (List<Example> group : groups) {
      for (Example example : group) {
        MicroBatch.check(config, example);
        if (!example.samePrompt(group.get(0))) {
          throw new IllegalArgumentException("the examples of a group have different prompts");
        }
      }
    }
    long[] tokens = groups.stream().mapToLong(SharedPrefixBatch::tokens).toArray();
    int[] firstCompletion = new int[groups.size()];
    for (int group = 1; group < firstCompletion.length; group++) {
      firstCompletion[group] = firstCompletion[group - 1] + groups.get(group - 1).size();
    }
    int[] order =
        IntStream.range(0, tokens.length)
            .boxed()
            .sorted(Comparator.comparingLong(group -> -tokens[group]))
            .mapToInt(Integer::intValue)
            .toArray();
    long total = Arrays.stream(tokens).sum();
    long parts = MicroBatch.parts(total, microTokens, lanes, 1);
    long cap = (total + parts - 1) / parts;
    List<SharedPrefixBatch> cut = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      long sum = 0;
      int to = from;
      while (to < order.length && (to == from || sum < cap - tokens[order[to]] / 2)) {
        sum += tokens[order[to++]];
      }
      cut.add(of(groups, firstCompletion, Arrays.copyOfRange(order, from, to)));
      from = to;
    }
    return cut;
  }

  /**
   * Tokens that are computed for a group: its prompt once but for the last, and its completions.
   */
  public static long tokens(List<Example> group) {
    return group.get(0).prompt().length
        - 1L
        + group.stream().mapToLong(example -> example.completion().length).sum();
  }

  private static SharedPrefixBatch of(
      List<List<Example>> groups, int[] firstCompletion, int[] which) {
    List<int[]> texts = new ArrayList<>();
    List<Integer> begins = new ArrayList<>();
    List<Integer> promptOf = new ArrayList<>();
    List<Integer> completions = new ArrayList<>();
    for (int group : which) {
      int[] prompt = groups.get(group).get(0).prompt();
      texts.add(Arrays.copyOf(prompt, prompt.length - 1));
      begins.add(0);
      promptOf.add(-1);
    }
    int prompts = which.length;
    List<int[]> answers = new ArrayList<>();
    for (int n = 0; n < prompts; n++) {
      List<Example> group = groups.get(which[n]);
      for (int i = 0; i < group.size(); i++) {
        int[] prompt = group.get(i).prompt();
        int[] answer = group.get(i).completion();
        int[] text = new int[answer.length];
        text[0] = prompt[prompt.length - 1];
        System.arraycopy(answer, 0, text, 1, answer.length - 1);
        texts.add(text);
        begins.add(prompt.length - 1);
        promptOf.add(n);
        answers.add(answer);
        completions.add(firstCompletion[which[n]] + i);
      }
    }
    return laidOut(texts, begins, promptOf, prompts, answers, completions);
  }

  private static SharedPrefixBatch laidOut(
      List<int[]> texts,
      List<Integer> begins,
      List<Integer> promptOf,
      int prompts,
      List<int[]> answers,
      List<Integer> completions) {
    int rows = answers.size();
    int wide = Math.max(1, longest(texts.subList(0, prompts)));
    int deep = longest(texts.subList(prompts, texts.size()));
    int all = texts.stream().mapToInt(text -> text.length).sum();
    int ofPrompts = texts.subList(0, prompts).stream().mapToInt(text -> text.length).sum();
    long[] ids = new long[all];
    long[] positions = new long[all];
    long[][] promptAt = new long[prompts][wide];
    long[] promptPlaces = new long[ofPrompts];
    long[][] own = new long[rows][deep];
    long[] ownPlaces = new long[all - ofPrompts];
    long[][] seen = new long[rows][wide + deep];
    long[] lengths = new long[rows];
    long[] targets = new long[all - ofPrompts];
    long[] owners = new long[all - ofPrompts];
    int n = 0;
    for (int text = 0; text < texts.size(); text++) {
      int row = text - prompts;
      if (row >= 0) {
        System.arraycopy(promptAt[promptOf.get(text)], 0, seen[row], 0, wide);
        lengths[row] = begins.get(text);
      }
      for (int t = 0; t < texts.get(text).length; t++, n++) {
        ids[n] = texts.get(text)[t];
        positions[n] = begins.get(text) + t;
        if (row < 0) {
          promptAt[text][t] = n;
          promptPlaces[n] = (long) text * wide + t;
        } else {
          own[row][t] = n;
          seen[row][wide + t] = n;
          ownPlaces[n - ofPrompts] = (long) row * deep + t;
          targets[n - ofPrompts] = answers.get(row)[t];
          owners[n - ofPrompts] = row;
        }
      }
    }
    int[] which = completions.stream().mapToInt(Integer::intValue).toArray();
    return new SharedPrefixBatch(
        which,
        ids,
        positions,
        promptAt,
        promptPlaces,
        own,
        ownPlaces,
        seen,
        lengths,
        targets,
        owners);
  }

  private static int longest(List<int[]> texts) {
    return texts.stream().mapToInt(text -> text.length).max().orElse(0);
  }

  /** The inputs of {@link Ops}: all of it but {@code completions}, and a row of zeros. */
  NDList inputs(NDManager scope, DataType type) {
    return new NDList(
        scope.create(ids),
        scope.create(positions),
        table(scope, prompts),
        scope.create(promptPlaces),
        table(scope, own),
        scope.create(ownPlaces),
        table(scope, seen),
        scope.create(lengths),
        scope.create(targets),
        scope.create(owners),
        scope.zeros(new Shape(completions.length), type));
  }

  private static NDArray table(NDManager scope, long[][] rows) {
    long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return scope.create(flat, new Shape(rows.length, rows[0].length));
  }
}
