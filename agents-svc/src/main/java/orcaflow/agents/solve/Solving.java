package orcaflow.agents.solve;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;

/** Makes exactly one teacher solution of each problem, usable or not. */
public final class Solving implements Agent<Problem> {

  public static final String STAGE = Stages.SOLVE;

  private static final String GOLD = "gold";

  private final Teacher teacher;

  private Solving(Teacher teacher) {
    this.teacher = teacher;
  }

  /** The teacher is a model. */
  public static Solving byModel(PromptClient model) {
    return new Solving(new ModelTeacher(model));
  }

  /** The teacher is each problem's own solution or answer. */
  public static Solving byGold() {
    return new Solving(new GoldTeacher());
  }

  @Override
  public Future<Reply> work(Problem problem) {
    return teacher.solve(problem).map(attempt -> reply(problem, attempt));
  }

  private static Reply reply(Problem problem, Teacher.Attempt attempt) {
    if (attempt instanceof Teacher.Attempt.NotNow wait) {
      return new Reply.Postponed(wait.reason());
    }
    if (attempt instanceof Teacher.Attempt.Unsolved unsolved) {
      return solution(
          problem,
          unsolved.text(),
          new SolutionRule.Judgement(unsolved.status(), Optional.empty(), unsolved.reason()),
          unsolved.model(),
          unsolved.prompt());
    }
    Teacher.Attempt.Solved solved = (Teacher.Attempt.Solved) attempt;
    Optional<String> expected = Optional.ofNullable(problem.getExpectedAnswer());
    return solution(
        problem,
        solved.text(),
        SolutionRule.judge(solved.text(), expected),
        solved.model(),
        solved.prompt());
  }

  private static Reply solution(
      Problem problem, String text, SolutionRule.Judgement judgement, String model, String prompt) {
    Lineage from = problem.getLineage();
    return new Reply.Produced(
        new Output<>(
            Topics.TEACHER_SOLUTIONS,
            TeacherSolution.newBuilder()
                .setId(Ids.solution(problem.getId()))
                .setProblemId(problem.getId())
                .setQuestion(problem.getQuestion())
                .setSolution(text)
                .setFinalAnswer(judgement.finalAnswer().orElse(null))
                .setExpectedAnswer(problem.getExpectedAnswer())
                .setStatus(judgement.status())
                .setReason(judgement.reason().isEmpty() ? null : judgement.reason())
                .setLineage(
                    Lineage.newBuilder()
                        .setSeed(from.getSeed())
                        .setParent(problem.getId())
                        .setAgent(STAGE)
                        .setRound(from.getRound())
                        .setIndex(0)
                        .setPrompt(prompt.isEmpty() ? null : prompt)
                        .setModel(model.isEmpty() ? GOLD : model)
                        .setTime(Instant.now())
                        .build())
                .build()));
  }
}
