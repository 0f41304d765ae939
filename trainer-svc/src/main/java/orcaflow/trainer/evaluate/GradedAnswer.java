package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;

/**
 * An answer with its verdict.
 *
 * @param read the final answer that was read in it; empty where there is none
 * @param reason of the matcher
 */
record GradedAnswer(
    AnsweringModel.Answer answer, String read, VerdictValue verdict, String reason) {

  /** By the matcher. */
  static GradedAnswer of(String reference, AnsweringModel.Answer answer) {
    AnswerMatcher.Comparison comparison =
        AnswerMatcher.compare(reference, answer.text(), answer.cut());
    return new GradedAnswer(
        answer, comparison.answer().orElse(""), comparison.verdict(), comparison.reason());
  }

  /** The answers to some questions, with a judge for those that the matcher cannot decide. */
  static List<List<GradedAnswer>> judged(
      List<Benchmark.Item> questions,
      List<List<AnsweringModel.Answer>> answers,
      AnswerJudge judge) {
    List<List<GradedAnswer>> graded = new ArrayList<>();
    List<AnswerJudge.Doubt> doubts = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Benchmark.Item question = questions.get(i);
      List<GradedAnswer> some =
          answers.get(i).stream().map(answer -> of(question.answer(), answer)).toList();
      some.stream()
          .filter(GradedAnswer::inDoubt)
          .map(each -> new AnswerJudge.Doubt(question, each.answer.text(), each.reason))
          .forEach(doubts::add);
      graded.add(some);
    }
    if (doubts.isEmpty()) {
      return graded;
    }
    Iterator<VerdictValue> verdicts = judge.verdicts(doubts).iterator();
    return graded.stream()
        .map(
            some ->
                some.stream()
                    .map(each -> each.inDoubt() ? each.with(verdicts.next()) : each)
                    .toList())
        .toList();
  }

  private boolean inDoubt() {
    return verdict == VerdictValue.UNDECIDED;
  }

  private GradedAnswer with(VerdictValue other) {
    return new GradedAnswer(answer, read, other, reason);
  }
}
