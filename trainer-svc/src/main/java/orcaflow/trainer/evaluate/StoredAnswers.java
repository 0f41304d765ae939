package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Evaluation;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.trainer.evaluate.statistics.MajorityAtK;

/**
 * The answers to each question of an evaluation with several samples, counted as votes. Answers
 * that the matcher takes for the same are one; right ones are one, too.
 */
public record StoredAnswers(List<MajorityAtK.Votes> questions) {

  public StoredAnswers {
    questions = List.copyOf(questions);
  }

  /** Those of an evaluation; one with one sample, or an older one, does not have them. */
  public static Optional<StoredAnswers> of(Evaluation evaluation) {
    List<String> answers = evaluation.getAnswers();
    Optional<Verdicts> verdicts = Verdicts.of(evaluation);
    if (answers == null
        || verdicts.isEmpty()
        || answers.size() != verdicts.get().marks().length()) {
      return Optional.empty();
    }
    List<MajorityAtK.Votes> questions = new ArrayList<>();
    int samples = verdicts.get().samples();
    for (int from = 0; from < answers.size(); from += samples) {
      questions.add(votes(answers, verdicts.get(), from));
    }
    return Optional.of(new StoredAnswers(questions));
  }

  private static MajorityAtK.Votes votes(List<String> answers, Verdicts verdicts, int from) {
    int right = 0;
    int without = 0;
    List<String> others = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (int i = from; i < from + verdicts.samples(); i++) {
      String answer = answers.get(i);
      if (verdicts.isRight(i)) {
        right++;
      } else if (answer.isEmpty()) {
        without++;
      } else {
        int same = same(others, answer);
        if (same == others.size()) {
          others.add(answer);
          counts.add(0);
        }
        counts.set(same, counts.get(same) + 1);
      }
    }
    return new MajorityAtK.Votes(right, counts, without);
  }

  private static int same(List<String> others, String answer) {
    for (int i = 0; i < others.size(); i++) {
      String other = others.get(i);
      if (other.equals(answer)
          || AnswerMatcher.compare(other, "#### " + answer).verdict() == VerdictValue.MATCH) {
        return i;
      }
    }
    return others.size();
  }

  /** Mean maj@k over the questions. */
  public double majorityAt(int k) {
    return questions.stream().mapToDouble(votes -> MajorityAtK.of(votes, k)).average().orElse(0);
  }
}
