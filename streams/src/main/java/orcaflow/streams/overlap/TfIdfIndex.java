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
 * what they could add stays below the least k-th best cosine, and the questions found by the others
 * are compared in full only if that bound lets them.
 */
public final class TfIdfIndex {

  private static final int BLOCK = 8192;

  /** More than what rounding can do to a cosine. */
  private static final double ROUNDING = 1e-9;

  private final TfIdf weights;
  private final List<Bag> bags;
  private final double[] lengths;
  private final int[] begins;
  private final int[] postedQuestions;
  private final double[] postedWeights;
  private final double[] heaviest;

  /**
   * @param words size of the vocabulary of questions and problems together
   */
  public TfIdfIndex(Texts questions, TfIdf weights, int words) {
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
    postedQuestions = new int[begins[words]];
    postedWeights = new double[begins[words]];
    heaviest = new double[words];
    int[] next = begins.clone();
    for (int question = 0; question < bags.size(); question++) {
      Bag bag = bags.get(question);
      for (int i = 0; i < bag.size(); i++) {
        int word = bag.tokens()[i];
        int place = next[word]++;
        postedQuestions[place] = question;
        postedWeights[place] = weights.weight(bag, i) / lengths[question];
        heaviest[word] = Math.max(heaviest[word], postedWeights[place]);
      }
    }
  }

  /**
   * The {@code k} problems nearest to each question, those that share no word left out.
   *
   * @param progress told now and then how many problems were compared, by the calling thread
   */
  public Nearest nearest(Texts problems, int k, IntConsumer progress) {
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
    Nearest nearest = new Nearest(bags.size(), k);
    team.forEach(worker -> nearest.offerAll(worker.nearest));
    return nearest;
  }

  /**
   * The other way round: the {@code k} questions nearest to one problem, under question 0. Words
   * beyond the vocabulary add to its length only.
   */
  public Nearest nearest(int[] problem, int k) {
    Bag bag = Bag.of(problem.clone());
    double length = weights.length(bag);
    double[] dots = new double[bags.size()];
    for (int i = 0; i < bag.size() && bag.tokens()[i] < heaviest.length; i++) {
      double weight = weights.weight(bag, i);
      for (int place = begins[bag.tokens()[i]]; place < begins[bag.tokens()[i] + 1]; place++) {
        dots[postedQuestions[place]] += weight * postedWeights[place];
      }
    }
    Nearest nearest = new Nearest(1, k);
    for (int question = 0; question < dots.length; question++) {
      if (dots[question] > 0) {
        nearest.offer(0, question, Math.min(1, dots[question] / length));
      }
    }
    return nearest;
  }

  /** Compares some of the problems; what it finds does not depend on which. */
  private final class Worker {
    private final Nearest nearest;
    private final double[] dots = new double[bags.size()];
    private final int[] touched = new int[bags.size()];
    private int[] longestFirst = new int[64];
    private double leastKth;
    private int sinceLeast;

    Worker(int k) {
      this.nearest = new Nearest(bags.size(), k);
    }

    void compare(Texts problems, int begin, int end) {
      for (int problem = begin; problem < end; problem++) {
        // It only grows: an old value is still a bound.
        if (sinceLeast++ % 64 == 0) {
          leastKth = leastKth();
        }
        compare(problem, Bag.of(problems.get(problem)));
      }
    }

    /** The least cosine with which a problem can still come among the nearest of some question. */
    private double leastKth() {
      double least = 1;
      for (int question = 0; question < lengths.length; question++) {
        least = lengths[question] == 0 ? least : Math.min(least, nearest.least(question));
      }
      return least;
    }

    private void compare(int problem, Bag bag) {
      double length = weights.length(bag);
      int words = sortByList(bag);
      double bound = 0;
      int first = 0;
      for (; first < words; first++) {
        double more = bound + most(bag, longestFirst[first]) / length;
        if (more + ROUNDING >= leastKth) {
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
        if (dots[question] / length + bound + ROUNDING >= nearest.least(question)) {
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

    /** What a word can add at most to a product with a question. */
    private double most(Bag bag, int i) {
      return weights.weight(bag, i) * heaviest[bag.tokens()[i]];
    }

    private int add(Bag bag, int i, int count) {
      int word = bag.tokens()[i];
      double weight = weights.weight(bag, i);
      int size = count;
      for (int place = begins[word]; place < begins[word + 1]; place++) {
        int question = postedQuestions[place];
        if (dots[question] == 0) {
          touched[size++] = question;
        }
        dots[question] += weight * postedWeights[place];
      }
      return size;
    }
  }

  /** Always the same sum in the same order, so that equal problems are equally near. */
  private double cosine(Bag problem, double length, int question) {
    return Math.min(1, weights.dot(bags.get(question), problem) / lengths[question] / length);
  }
}
