package orcaflow.streams.overlap;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The questions of a benchmark as an inverted index: for each word, which questions have it and
 * with which weight. The questions are indexed and the problems stream by, not the other way round:
 * the index of some thousand questions stays in the processor's cache, and problems need no index
 * at all. Exact: every problem that shares a word with a question is compared with it.
 */
public final class TfIdfIndex {

  private static final int BLOCK = 8192;

  private final TfIdf weights;
  private final int questions;
  private final int[] begins;
  private final int[] postedQuestions;
  private final double[] postedWeights;

  /**
   * @param words size of the vocabulary of questions and problems together
   */
  public TfIdfIndex(Texts questions, TfIdf weights, int words) {
    this.weights = weights;
    this.questions = questions.size();
    List<Bag> bags =
        IntStream.range(0, questions.size()).mapToObj(q -> Bag.of(questions.get(q))).toList();
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
    int[] next = begins.clone();
    for (int question = 0; question < bags.size(); question++) {
      Bag bag = bags.get(question);
      double length = weights.length(bag);
      for (int i = 0; i < bag.size(); i++) {
        int place = next[bag.tokens()[i]]++;
        postedQuestions[place] = question;
        postedWeights[place] = weights.weight(bag, i) / length;
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
    List<Worker> team = Stream.generate(() -> new Worker(problems, k)).limit(workers).toList();
    for (int from = 0; from < problems.size(); from += BLOCK) {
      int begin = from;
      int length = Math.min(BLOCK, problems.size() - from);
      IntStream.range(0, workers)
          .parallel()
          .forEach(
              w ->
                  team.get(w)
                      .compare(begin + length * w / workers, begin + length * (w + 1) / workers));
      progress.accept(begin + length);
    }
    Nearest nearest = new Nearest(questions, k);
    team.forEach(worker -> nearest.offerAll(worker.nearest));
    return nearest;
  }

  /**
   * The other way round: the {@code k} questions nearest to one problem, under question 0. Words
   * beyond the vocabulary add to its length only.
   */
  public Nearest nearest(int[] problem, int k) {
    Bag bag = Bag.of(problem.clone());
    double[] dots = new double[questions];
    for (int i = 0; i < bag.size() && bag.tokens()[i] < begins.length - 1; i++) {
      double weight = weights.weight(bag, i);
      for (int place = begins[bag.tokens()[i]]; place < begins[bag.tokens()[i] + 1]; place++) {
        dots[postedQuestions[place]] += weight * postedWeights[place];
      }
    }
    double length = weights.length(bag);
    Nearest nearest = new Nearest(1, k);
    for (int question = 0; question < questions; question++) {
      if (dots[question] > 0) {
        nearest.offer(0, question, Math.min(1, dots[question] / length));
      }
    }
    return nearest;
  }

  /** Compares some of the problems; what it finds does not depend on which. */
  private final class Worker {
    private final Texts problems;
    private final Nearest nearest;
    private final double[] dots = new double[questions];
    private final int[] touched = new int[questions];

    Worker(Texts problems, int k) {
      this.problems = problems;
      this.nearest = new Nearest(questions, k);
    }

    void compare(int begin, int end) {
      for (int problem = begin; problem < end; problem++) {
        compare(problem);
      }
    }

    private void compare(int problem) {
      Bag bag = Bag.of(problems.get(problem));
      int count = 0;
      for (int i = 0; i < bag.size(); i++) {
        int word = bag.tokens()[i];
        double weight = begins[word] < begins[word + 1] ? weights.weight(bag, i) : 0;
        for (int place = begins[word]; place < begins[word + 1]; place++) {
          int question = postedQuestions[place];
          if (dots[question] == 0) {
            touched[count++] = question;
          }
          dots[question] += weight * postedWeights[place];
        }
      }
      double length = weights.length(bag);
      for (int i = 0; i < count; i++) {
        int question = touched[i];
        nearest.offer(question, problem, Math.min(1, dots[question] / length));
        dots[question] = 0;
      }
    }
  }
}
