package orcaflow.trainer.student;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * Answers questions with one set of weights, of which it keeps its own copy: it may work beside a
 * learner, on another thread. One call at a time.
 *
 * <p>An answer is a function of its question alone. The random numbers are drawn here, from the
 * question's own seed, one for each sample and token; and only questions of equally many blocks of
 * {@value Network#BLOCK} prompt tokens and completion tokens share a call, so that no sum in it is
 * ordered differently for the company.
 */
public final class Sampler implements AutoCloseable {

  /** Rows, that is completions, of one native call. */
  static final int ROWS = 128;

  /** Rows below which the library rounds otherwise; {@code generate} in ops.py knows it too. */
  private static final int LEAST = 8;

  private record Bucket(int promptTokens, int newTokens) implements Comparable<Bucket> {
    @Override
    public int compareTo(Bucket other) {
      return Comparator.comparingInt(Bucket::promptTokens)
          .thenComparingInt(Bucket::newTokens)
          .compare(this, other);
    }
  }

  private record Row(int question, int sample) {}

  private final Ops ops;
  private final Network network;

  public Sampler(StudentConfig config, Weights weights) {
    this.ops = new Ops();
    this.network = new Network(config, weights, DataType.FLOAT32, false);
  }

  /** Answers in the order of the questions; each depends on its own question alone. */
  public List<Answer> answer(List<Question> questions) {
    TreeMap<Bucket, List<Row>> buckets = new TreeMap<>();
    List<int[][]> completions = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      check(question);
      completions.add(new int[question.samples()][]);
      Bucket bucket = new Bucket(blocks(question.prompt().length), blocks(question.maxTokens()));
      List<Row> rows = buckets.computeIfAbsent(bucket, key -> new ArrayList<>());
      for (int sample = 0; sample < question.samples(); sample++) {
        rows.add(new Row(i, sample));
      }
    }
    List<Callable<Bucket>> work = new ArrayList<>();
    buckets.forEach(
        (bucket, rows) -> {
          for (int from = 0; from < rows.size(); from += ROWS) {
            List<Row> chunk = rows.subList(from, Math.min(rows.size(), from + ROWS));
            work.add(
                () -> {
                  generate(bucket, questions, chunk, completions);
                  return bucket;
                });
          }
        });
    Torch.all(work);
    return IntStream.range(0, questions.size())
        .mapToObj(i -> answer(questions.get(i), completions.get(i)))
        .toList();
  }

  /**
   * One native call. Matrix products of fewer than {@value #LEAST} rows go another way inside the
   * library and round otherwise, so there are always as many, with idle ones added.
   */
  private void generate(
      Bucket bucket, List<Question> questions, List<Row> rows, List<int[][]> completions) {
    int[] asked = rows.stream().mapToInt(Row::question).distinct().toArray();
    int prompts = Math.max(LEAST, asked.length);
    int all = Math.max(LEAST, rows.size());
    long[] ids = new long[prompts * bucket.promptTokens];
    Arrays.fill(ids, network.config().pad());
    long[] lengths = new long[prompts];
    Arrays.fill(lengths, 1);
    for (int b = 0; b < asked.length; b++) {
      int[] prompt = questions.get(asked[b]).prompt();
      lengths[b] = prompt.length;
      for (int t = 0; t < prompt.length; t++) {
        ids[b * bucket.promptTokens + t] = prompt[t];
      }
    }
    int steps = bucket.newTokens;
    long[] owners = new long[all];
    long[] limits = new long[all];
    double[] uniforms = new double[all * steps];
    double[] temperatures = new double[all];
    double[] topPs = new double[all];
    for (int r = 0; r < rows.size(); r++) {
      Question question = questions.get(rows.get(r).question);
      owners[r] = Arrays.binarySearch(asked, rows.get(r).question);
      limits[r] = question.maxTokens();
      temperatures[r] = question.temperature();
      topPs[r] = question.topP();
      SplittableRandom random = random(question.seed(), rows.get(r).sample);
      for (int s = 0; s < question.maxTokens(); s++) {
        uniforms[r * steps + s] = random.nextDouble();
      }
    }
    try (NDManager scope = network.scope()) {
      NDList inputs = new NDList(network.inputs());
      inputs.add(scope.create(ids, new Shape(prompts, bucket.promptTokens)));
      inputs.add(scope.create(lengths));
      inputs.add(scope.create(owners));
      inputs.add(scope.create(limits));
      inputs.add(scope.create(uniforms, new Shape(all, steps)));
      inputs.add(scope.create(temperatures).toType(network.type(), false));
      inputs.add(scope.create(topPs));
      inputs.add(scope.create((long) network.config().eos()));
      long[] made = ops.call("generate", false, scope, inputs).toLongArray();
      for (int r = 0; r < rows.size(); r++) {
        Row row = rows.get(r);
        completions.get(row.question)[row.sample] =
            untilEnd(made, r * steps, questions.get(row.question).maxTokens());
      }
    }
  }

  private int[] untilEnd(long[] made, int from, int atMost) {
    int length = 0;
    while (length < atMost && made[from + length] != network.config().eos()) {
      length++;
    }
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (int) made[from + i];
    }
    return ids;
  }

  private void check(Question question) {
    Batch.checkIds(network.config(), question.prompt());
    int all = question.prompt().length + question.maxTokens();
    if (all > network.config().contextLength()) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and up to %d new ones do not fit the context of %d"
              .formatted(
                  question.prompt().length,
                  question.maxTokens(),
                  network.config().contextLength()));
    }
  }

  private static Answer answer(Question question, int[][] completions) {
    List<int[]> all = Arrays.asList(completions);
    return new Answer(
        List.copyOf(all),
        all.stream().map(ids -> ids.length < question.maxTokens() ? "stop" : "length").toList());
  }

  /** A generator of its own for each sample: the n-th sample is the same however many are asked. */
  private static SplittableRandom random(long seed, int sample) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < sample; i++) {
      random.split();
    }
    return random.split();
  }

  private static int blocks(int tokens) {
    return (tokens + Network.BLOCK - 1) / Network.BLOCK * Network.BLOCK;
  }

  @Override
  public void close() {
    network.close();
    ops.close();
  }
}
