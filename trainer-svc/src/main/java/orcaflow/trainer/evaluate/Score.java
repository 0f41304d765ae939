package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orcaflow.events.StyleScore;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.trainer.evaluate.statistics.Cluster;
import orcaflow.trainer.evaluate.statistics.ClusteredInterval;
import orcaflow.trainer.evaluate.statistics.Interval;

/**
 * Graded answers: counts of all, right ones, undecided ones (counted as wrong), by style; and the
 * verdict on each, in the benchmark's order.
 */
final class Score {

  private final int samples;
  private final char[] marks;
  private int n;
  private int correct;
  private int undecided;
  private final int[] nOfStyle = new int[AnswerStyle.values().length];
  private final int[] correctOfStyle = new int[AnswerStyle.values().length];

  /** Of a benchmark whose every question gets the same number of answers. */
  Score(int questions, int samples) {
    this.samples = samples;
    this.marks = new char[questions * samples];
    Arrays.fill(marks, Verdicts.unanswered());
  }

  /**
   * Grades one answer.
   *
   * @param question its position in the benchmark
   * @param sample its position among the answers to the question
   */
  void add(int question, int sample, String reference, String answer) {
    VerdictValue verdict = AnswerMatcher.compare(reference, answer).verdict();
    int style = AnswerStyle.of(answer).ordinal();
    marks[question * samples + sample] = Verdicts.mark(verdict);
    n++;
    nOfStyle[style]++;
    if (verdict == VerdictValue.MATCH) {
      correct++;
      correctOfStyle[style]++;
    } else if (verdict == VerdictValue.UNDECIDED) {
      undecided++;
    }
  }

  /** Counts answers that could not be asked for, such as those to questions that are too long. */
  void unanswered(int answers) {
    n += answers;
  }

  Verdicts verdicts() {
    return new Verdicts(new String(marks), samples);
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
   * The 95 % interval of the accuracy: Wilson's, and with several answers to each question the
   * clustered one, as the answers to a question are not independent.
   */
  Interval interval() {
    if (samples == 1 || correct == 0 || correct == n) {
      Wilson wilson = Wilson.of(correct / samples, n / samples);
      return new Interval(wilson.low(), wilson.high());
    }
    Interval clustered =
        ClusteredInterval.of(
            Arrays.stream(verdicts().right())
                .mapToObj(right -> new Cluster(right, samples))
                .toList());
    return new Interval(Math.max(0, clustered.low()), clustered.high());
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
