package orcaflow.streams.overlap;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The questions of a benchmark as an inverted index: for each word, which questions have it and
 * with which weight. The questions are indexed and the problems stream by, not the other way round:
 * the index of some thousand questions stays in the processor's cache, and problems need no index
 * at all.
 *
 * <p>Exact, although most questions are never looked at: once every question has its k problems, a
 * problem that shares with it only words found everywhere cannot be among them (the idea of
 * MaxScore, Turtle and Flood 1995). So the longest lists of a problem are passed over as long as
 * what they could add stays, for every question, below its k-th best cosine, and the questions
 * found by the others are compared in full only if that bound lets them.
 */
public final class TfIdfIndex {

  private static final int BLOCK = 8192;

  /** Problems between looks at the k-th best cosines, which grow slowly. */
  private static final int EVERY = 1024;

  /**
   * How much of a k-th best cosine may be left to words passed over. At 1 the lists read are few
   * but nearly every question in them must be compared in full; tried: 0.3, 0.5 and 1.
   */
  private static final double PASSED_OVER = 0.4;

  /** More than what rounding can do to a cosine. */
  private static final double ROUNDING = 1e-9;

  private final TfIdf weights;
  private final List<Bag> bags;
  private final double[] lengths;
  private final int[] begins;

  /** Words that a question has. */
  private final int[] asked;

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
    asked = IntStream.range(0, words).filter(word -> begins[word] < begins[word + 1]).toArray();
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
   * The {@code k} problems nearest to each question, those that share no word left out.
   *
   * @param progress told now and then how many problems were compared, by the calling thread
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
   * The other way round: the {@code k} questions nearest to one problem, under question 0. Words
   * beyond the vocabulary add to its length only.
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

  /** Compares some of the problems; what it finds does not depend on which. */
  private final class Worker {
    private final NearestNeighbours nearest;
    private final double[] dots = new double[bags.size()];
    private final int[] touched = new int[bags.size()];
    private int[] longestFirst = new int[64];

    /**
     * For each word, the most that one of it adds to a product with a question, as a share of what
     * that question's k-th best cosine is. They only fall: old ones are still bounds.
     */
    private final double[] most = new double[begins.length - 1];

    private int compared;

    Worker(int k) {
      this.nearest = new NearestNeighbours(bags.size(), k);
    }

    void compare(TokenSequences problems, int begin, int end) {
      for (int problem = begin; problem < end; problem++) {
        if (compared++ % EVERY == 0) {
          lookAtTheBest();
        }
        compare(problem, Bag.of(problems.get(problem)));
      }
    }

    private void lookAtTheBest() {
      for (int word : asked) {
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
        if (more + ROUNDING >= PASSED_OVER) {
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

    /** Places in the bag of the words that questions have, those that most have first. */
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

  /** Always the same sum in the same order, so that equal problems are equally near. */
  private double cosine(Bag problem, double length, int question) {
    return Math.min(1, weights.dot(bags.get(question), problem) / lengths[question] / length);
  }
}
