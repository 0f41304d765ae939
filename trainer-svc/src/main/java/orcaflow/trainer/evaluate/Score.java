package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import orcaflow.events.StyleScore;
import orcaflow.events.VerdictValue;
import orcaflow.trainer.evaluate.AnsweringModel.Answer;
import orcaflow.trainer.evaluate.statistics.Cluster;
import orcaflow.trainer.evaluate.statistics.ClusteredInterval;

/**
 * Graded answers: counts of all, right ones, undecided ones (counted as wrong), by style; and the
 * verdict on each, in the benchmark's order.
 */
final class Score {

  private final int samples;
  private final int[] families;
  private final char[] marks;
  private final String[] answers;
  private int n;
  private int correct;
  private int undecided;
  private int given;
  private long tokens;
  private int cut;
  private int scored;
  private double logProbs;
  private final int[] nOfStyle = new int[AnswerStyle.values().length];
  private final int[] correctOfStyle = new int[AnswerStyle.values().length];

  /** Of questions that are each a family of their own. */
  Score(int questions, int samples) {
    this(IntStream.range(0, questions).toArray(), samples);
  }

  /**
   * Of a benchmark whose every question gets the same number of answers.
   *
   * @param families for each question the place of the first one of its family
   */
  Score(int[] families, int samples) {
    int questions = families.length;
    this.samples = samples;
    this.families = families.clone();
    this.marks = new char[questions * samples];
    Arrays.fill(marks, Verdicts.unanswered());
    this.answers = new String[questions * samples];
    Arrays.fill(answers, "");
  }

  /**
   * Counts the answers to one question. Without an answer, such as to a question that is too long,
   * all of them count as wrong.
   *
   * @param question its position in the benchmark
   */
  void add(int question, List<GradedAnswer> answered) {
    for (int sample = 0; sample < answered.size(); sample++) {
      count(question * samples + sample, answered.get(sample));
    }
    n += samples;
  }

  private void count(int place, GradedAnswer graded) {
    Answer answer = graded.answer();
    VerdictValue verdict = graded.verdict();
    int style = AnswerStyle.of(answer.text()).ordinal();
    marks[place] = Verdicts.mark(verdict);
    answers[place] = graded.read();
    nOfStyle[style]++;
    if (verdict == VerdictValue.MATCH) {
      correct++;
      correctOfStyle[style]++;
    } else if (verdict == VerdictValue.UNDECIDED) {
      undecided++;
    }
    given++;
    tokens += answer.tokens();
    cut += answer.cut() ? 1 : 0;
    scored += answer.scored();
    logProbs += answer.logProbs();
  }

  /** Mean tokens of an answer; 0 where there are none. */
  double tokens() {
    return given == 0 ? 0 : (double) tokens / given;
  }

  /** Answers that the limit of tokens cut. */
  int cut() {
    return cut;
  }

  /** Mean negative log-probability of the tokens, in nats; nothing where there are none. */
  OptionalDouble entropy() {
    return scored == 0 ? OptionalDouble.empty() : OptionalDouble.of(-logProbs / scored);
  }

  Verdicts verdicts() {
    return new Verdicts(new String(marks), samples, families());
  }

  /** The families; nothing where each question is one of its own. */
  Optional<List<Integer>> families() {
    return isEachItsOwn()
        ? Optional.empty()
        : Optional.of(Arrays.stream(families).boxed().toList());
  }

  private boolean isEachItsOwn() {
    return IntStream.range(0, families.length).allMatch(place -> families[place] == place);
  }

  /** The final answers; nothing where there is one to each question. */
  Optional<List<String>> answers() {
    return samples == 1 ? Optional.empty() : Optional.of(List.of(answers));
  }

  int n() {
    return n;
  }

  int correct() {
    return correct;
  }

  int undecided() {
    return undecided;
  }

  double accuracy() {
    return n == 0 ? 0 : (double) correct / n;
  }

  /**
   * The 95 % interval of the accuracy. With several answers to each family, which are not
   * independent, n answers are worth as many as give the variance that is clustered by family, at
   * most n (L. Kish, "Survey Sampling" (1965): the effective sample size).
   */
  Wilson interval() {
    List<Cluster> clusters = Cluster.of(verdicts().right(), samples, families);
    if (clusters.size() == n) {
      return Wilson.of(correct, n);
    }
    if (correct == 0 || correct == n) {
      int all = clusters.size();
      return Wilson.of(correct == 0 ? 0 : all, all);
    }
    double variance = ClusteredInterval.variance(clusters);
    return Wilson.of(accuracy(), Math.min(n, accuracy() * (1 - accuracy()) / variance));
  }

  List<StyleScore> styles() {
    List<StyleScore> styles = new ArrayList<>();
    for (AnswerStyle style : AnswerStyle.values()) {
      styles.add(
          new StyleScore(style.code(), nOfStyle[style.ordinal()], correctOfStyle[style.ordinal()]));
    }
    return styles;
  }
}
