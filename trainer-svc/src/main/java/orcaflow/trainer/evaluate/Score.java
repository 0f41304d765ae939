package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.List;
import orcaflow.events.StyleScore;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;

/** Counts of graded answers: all, right, undecided (counted as wrong), and by style. */
final class Score {

  private int n;
  private int correct;
  private int undecided;
  private final int[] nOfStyle = new int[AnswerStyle.values().length];
  private final int[] correctOfStyle = new int[AnswerStyle.values().length];

  /** Grades one answer. */
  void add(String reference, String answer) {
    VerdictValue verdict = AnswerMatcher.compare(reference, answer).verdict();
    int style = AnswerStyle.of(answer).ordinal();
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

  Wilson interval() {
    return Wilson.of(correct, n);
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
