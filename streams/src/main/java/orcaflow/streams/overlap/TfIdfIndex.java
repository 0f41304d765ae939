package orcaflow.streams.overlap;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The questions of a benchmark as an inverted index: for each word, which questions have it and
 * with which weight. The questions are indexed, and the problems are compared one after the other:
 * the index of some thousand questions fits into the processor's cache, and problems need no index.
 *
 * <p>Exact, although most questions are never compared: once every question has its k problems, a
 * problem that shares only frequent words with a question cannot be among them (MaxScore, Turtle
 * and Flood 1995). So the longest lists of a problem are skipped as long as the sum they could add
 * stays, for every question, below its k-th best cosine. The questions found by the other lists are
 * compared in full only if that bound allows.
 */
public final class TfIdfIndex {

  private static final int BLOCK = 8192;

  /** Problems between updates of the k-th best cosines, which grow slowly. */
  private static final int UPDATE_INTERVAL = 1024;

  /**
   * The share of a k-th best cosine that may be left to skipped words. At 1, few lists are read,
   * but nearly every question in them must be compared in full; tried: 0.3, 0.5 and 1.
   */
  private static final double SKIPPED = 0.4;

  /** More than the rounding error of a cosine. */
  private static final double ROUNDING = 1e-9;

  private final TfIdf weights;
  private final List<Bag> bags;
  private final double[] lengths;
  private final int[] begins;

  /** Words that at least one question has. */
  private final int[] questionWords;

  private final int[] postedQuestions;
  private final double[] postedWeights;

  /**
   * @param words size of the vocabulary of questions and problems together
   */
  public TfIdfIndex(TokenSequences questions, TfIdf weights, int words) {
    this.weights = weights;
    bags = IntStream.range(0, questions.size()).mapToObj(q -> Bag.of(questions.get(q))).toList();
    lengths = bags.stream().mapToDouble(weights::length).toArray();
    begins = new int[words + 1];
    for (Bag bag : bags) {
      for (int i = 0; i < bag.size(); i++) {
        begins[bag.tokens()[i] + 1]++;
      }
    }
    for (int word = 0; word < words; word++) {
      begins[word + 1] += begins[word];
    }
    questionWords =
        IntStream.range(0, words).filter(word -> begins[word] < begins[word + 1]).toArray();
    postedQuestions = new int[begins[words]];
    postedWeights = new double[begins[words]];
    int[] next = begins.clone();
    for (int question = 0; question < bags.size(); question++) {
      Bag bag = bags.get(question);
      for (int i = 0; i < bag.size(); i++) {
        int word = bag.tokens()[i];
        int place = next[word]++;
        postedQuestions[place] = question;
        postedWeights[place] = weights.weight(bag, i) / lengths[question];
      }
    }
  }

  /**
   * The {@code k} problems nearest to each question, without those that share no word.
   *
   * @param progress called now and then, in the calling thread, with the number of problems
   *     compared
   */
  public NearestNeighbours nearest(TokenSequences problems, int k, IntConsumer progress) {
    int workers = Runtime.getRuntime().availableProcessors();
    List<Worker> team = Stream.generate(() -> new Worker(k)).limit(workers).toList();
    for (int from = 0; from < problems.size(); from += BLOCK) {
      int begin = from;
      int length = Math.min(BLOCK, problems.size() - from);
      IntStream.range(0, workers)
          .parallel()
          .forEach(
              w ->
                  team.get(w)
                      .compare(
                          problems,
                          begin + length * w / workers,
                          begin + length * (w + 1) / workers));
      progress.accept(begin + length);
    }
    NearestNeighbours nearest = new NearestNeighbours(bags.size(), k);
    team.forEach(worker -> nearest.offerAll(worker.nearest));
    return nearest;
  }

  /**
   * The other way round: the {@code k} questions nearest to one problem, as the neighbours of
   * question 0. Words beyond the vocabulary only add to the length of the problem.
   */
  public NearestNeighbours nearest(int[] problem, int k) {
    Bag bag = Bag.of(problem.clone());
    double length = weights.length(bag);
    double[] dots = new double[bags.size()];
    for (int i = 0; i < bag.size() && bag.tokens()[i] < begins.length - 1; i++) {
      double weight = weights.weight(bag, i);
      for (int place = begins[bag.tokens()[i]]; place < begins[bag.tokens()[i] + 1]; place++) {
        dots[postedQuestions[place]] += weight * postedWeights[place];
      }
    }
    NearestNeighbours nearest = new NearestNeighbours(1, k);
    for (int question = 0; question < dots.length; question++) {
      if (dots[question] > 0) {
        nearest.offer(0, question, Math.min(1, dots[question] / length));
      }
    }
    return nearest;
  }

  /** Compares a part of the problems. */
  private final class Worker {
    private final NearestNeighbours nearest;
    private final double[] dots = new double[bags.size()];
    private final int[] touched = new int[bags.size()];
    private int[] longestFirst = new int[64];

    /**
     * For each word, the most that one occurrence adds to the product with a question, as a share
     * of that question's k-th best cosine. These values only fall, so old ones are still bounds.
     */
    private final double[] most = new double[begins.length - 1];

    private int compared;

    Worker(int k) {
      this.nearest = new NearestNeighbours(bags.size(), k);
    }

    void compare(TokenSequences problems, int begin, int end) {
      for (int problem = begin; problem < end; problem++) {
        if (compared++ % UPDATE_INTERVAL == 0) {
          updateBounds();
        }
        compare(problem, Bag.of(problems.get(problem)));
      }
    }

    private void updateBounds() {
      for (int word : questionWords) {
        double largest = 0;
        int end = begins[word + 1];
        for (int place = begins[word]; place < end; place++) {
          double part = postedWeights[place] / nearest.least(postedQuestions[place]);
          largest = part > largest ? part : largest;
        }
        most[word] = largest;
      }
    }

    private void compare(int problem, Bag bag) {
      double length = weights.length(bag);
      int words = sortByList(bag);
      double bound = 0;
      int first = 0;
      for (; first < words; first++) {
        int i = longestFirst[first];
        double more = bound + weights.weight(bag, i) * most[bag.tokens()[i]] / length;
        if (more + ROUNDING >= SKIPPED) {
          break;
        }
        bound = more;
      }
      int count = 0;
      for (int i = first; i < words; i++) {
        count = add(bag, longestFirst[i], count);
      }
      for (int i = 0; i < count; i++) {
        int question = touched[i];
        if (dots[question] / length + ROUNDING >= nearest.least(question) * (1 - bound)) {
          nearest.offer(question, problem, cosine(bag, length, question));
        }
        dots[question] = 0;
      }
    }

    /** Places in the bag of the words that questions have, the most frequent words first. */
    private int sortByList(Bag bag) {
      if (longestFirst.length < bag.size()) {
        longestFirst = new int[2 * bag.size()];
      }
      int size = 0;
      for (int i = 0; i < bag.size(); i++) {
        int list = list(bag, i);
        if (list > 0) {
          int place = size++;
          for (; place > 0 && list(bag, longestFirst[place - 1]) < list; place--) {
            longestFirst[place] = longestFirst[place - 1];
          }
          longestFirst[place] = i;
        }
      }
      return size;
    }

    private int list(Bag bag, int i) {
      int word = bag.tokens()[i];
      return begins[word + 1] - begins[word];
    }

    private int add(Bag bag, int i, int count) {
      int word = bag.tokens()[i];
      double weight = weights.weight(bag, i);
      int size = count;
      int end = begins[word + 1];
      for (int place = begins[word]; place < end; place++) {
        int question = postedQuestions[place];
        double dot = dots[question];
        if (dot == 0) {
          touched[size++] = question;
        }
        dots[question] = dot + weight * postedWeights[place];
      }
      return size;
    }
  }

  /** Sums in a fixed order, so that equal problems have equal cosines. */
  private double cosine(Bag problem, double length, int question) {
    return Math.min(1, weights.dot(bags.get(question), problem) / lengths[question] / length);
  }
}
