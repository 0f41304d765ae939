package orcaflow.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;

/**
 * A problem's teacher solution and its graded group of four, made up from the problem's number:
 * texts as long as GSM8K's (about 230 characters of question, 280 of solution, 250 of each answer),
 * words as frequent as words are, and each class of right answers, 0 to 4, a fifth of all.
 */
public final class MadeProblem {

  private static final int ROLLOUTS = 4;
  private static final int QUESTION = 230;
  private static final int SOLUTION = 280;
  private static final int ANSWER = 250;
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<String> VOCABULARY = vocabulary();

  private final int number;
  private final Random random;
  private final String question;
  private final String problemId;
  private final String solution;

  public MadeProblem(int number) {
    this.number = number;
    this.random = new Random(number);
    this.question = text(QUESTION) + "How many are left of " + number + "?";
    this.problemId = Ids.hash("problem", question);
    this.solution = text(SOLUTION) + "\n#### " + number;
  }

  /** The teacher's. */
  public TeacherSolution solution() {
    return TeacherSolution.newBuilder()
        .setId(Ids.solution(problemId))
        .setProblemId(problemId)
        .setQuestion(question)
        .setSolution(solution)
        .setFinalAnswer(Integer.toString(number))
        .setStatus(SolutionStatus.USABLE)
        .setLineage(lineage("solve", "teacher"))
        .build();
  }

  /** Of iteration 2. */
  public GradedRollout group() {
    List<GradedCompletion> completions = new ArrayList<>();
    for (int i = 0; i < ROLLOUTS; i++) {
      boolean right = i < number % (ROLLOUTS + 1);
      String answer = Integer.toString(right ? number : number + i + 1);
      completions.add(
          GradedCompletion.newBuilder()
              .setRolloutId(Ids.rollout(problemId, 2, i))
              .setIndex(i)
              .setText(text(ANSWER) + "\n#### " + answer)
              .setAnswer(answer)
              .setVerdict(right ? VerdictValue.MATCH : VerdictValue.MISMATCH)
              .setReason(right ? "equal" : "different")
              .build());
    }
    return GradedRollout.newBuilder()
        .setId(Ids.request(problemId, 2))
        .setProblemId(problemId)
        .setQuestion(question)
        .setIteration(2)
        .setPolicyVersion("history-M1-1400-0123abcd")
        .setReferenceAnswer(Integer.toString(number))
        .setTeacherSolutionId(Ids.solution(problemId))
        .setTeacherSolution(solution)
        .setCompletions(completions)
        .setLineage(lineage("sample", "student"))
        .setTeacherLineage(lineage("solve", "teacher"))
        .build();
  }

  private Lineage lineage(String agent, String model) {
    return Lineage.newBuilder()
        .setSeed(Ids.hash("seed", Integer.toString(number / 8)))
        .setAgent(agent)
        .setRound(0)
        .setIndex(0)
        .setPrompt(agent + ".v1@0123456789ab")
        .setModel(model)
        .setTime(TIME)
        .build();
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder(length + 16);
    while (text.length() < length) {
      // The square makes the first words of the vocabulary the frequent ones.
      double draw = random.nextDouble();
      text.append(VOCABULARY.get((int) (draw * draw * VOCABULARY.size()))).append(' ');
      if (random.nextInt(9) == 0) {
        text.append(random.nextInt(500)).append(". ");
      }
    }
    return text.toString();
  }

  private static List<String> vocabulary() {
    String[] parts = {
      "ba", "co", "den", "el", "fi", "gar", "hi", "lo", "mer", "no", "pa", "ri", "sun", "tor", "ves"
    };
    Random random = new Random(1);
    List<String> words = new ArrayList<>();
    while (words.size() < 3000) {
      StringBuilder word = new StringBuilder();
      for (int i = random.nextInt(3); i >= 0; i--) {
        word.append(parts[random.nextInt(parts.length)]);
      }
      words.add(word.toString());
    }
    return words;
  }
}
