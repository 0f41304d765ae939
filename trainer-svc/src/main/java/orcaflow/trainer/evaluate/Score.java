package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import orcaflow.events.StyleScore;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.trainer.evaluate.statistics.Cluster;
import orcaflow.trainer.evaluate.statistics.ClusteredInterval;
import orcaflow.trainer.generate.CompletionOutput;

/**
 * Graded answers: counts of all, right ones, undecided ones (counted as wrong), by style; and the
 * verdict on each, in the benchmark's order.
 */
final class Score {

  private final int samples;
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

  /** Of a benchmark whose every question gets the same number of answers. */
  Score(int questions, int samples) {
    this.samples = samples;
    this.marks = new char[questions * samples];
    Arrays.fill(marks, Verdicts.unanswered());
    this.answers = new String[questions * samples];
    Arrays.fill(answers, "");
  }

  /**
   * Grades one answer.
   *
   * @param question its position in the benchmark
   * @param sample its position among the answers to the question
   * @param cut whether the limit of tokens cut the answer
   */
  void add(int question, int sample, String reference, String answer, boolean cut) {
    AnswerMatcher.Comparison comparison = AnswerMatcher.compare(reference, answer, cut);
    VerdictValue verdict = comparison.verdict();
    int style = AnswerStyle.of(answer).ordinal();
    marks[question * samples + sample] = Verdicts.mark(verdict);
    answers[question * samples + sample] = comparison.answer().orElse("");
    n++;
    nOfStyle[style]++;
    if (verdict == VerdictValue.MATCH) {
      correct++;
      correctOfStyle[style]++;
    } else if (verdict == VerdictValue.UNDECIDED) {
      undecided++;
    }
  }

  /** Takes note of an answer as it was generated. */
  void generated(CompletionOutput output) {
    given++;
    tokens += output.ids().length;
    cut += output.isCut() ? 1 : 0;
    scored += output.tokens().size();
    logProbs += output.tokens().stream().mapToDouble(CompletionOutput.Token::logProb).sum();
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

  /** Counts answers that could not be asked for, such as those to questions that are too long. */
  void unanswered(int answers) {
    n += answers;
  }

  Verdicts verdicts() {
    return new Verdicts(new String(marks), samples);
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
   * The 95 % interval of the accuracy. With several answers to each question, which are not
   * independent, n answers are worth as many as give the variance that is clustered by question, at
   * most n (L. Kish, "Survey Sampling" (1965): the effective sample size).
   */
  Wilson interval() {
    if (samples == 1 || correct == 0 || correct == n) {
      return Wilson.of(correct / samples, n / samples);
    }
    double variance =
        ClusteredInterval.variance(
            Arrays.stream(verdicts().right())
                .mapToObj(right -> new Cluster(right, samples))
                .toList());
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
