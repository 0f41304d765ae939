package orcaflow.cli.lineage;

import java.util.List;
import java.util.Optional;

/**
 * Everything that was made of a problem, in the order of the flow.
 *
 * @param question its text
 * @param candidates proposals of this text
 * @param solutions the teacher's
 * @param rollouts the student's, one group for each iteration
 * @param rows training data of all kinds
 * @param steps ids of the steps that learnt from one of the rows
 * @param setAside ids of the batches that held one and were set aside
 * @param policies versions that such a step is part of
 */
public record ProblemTrace(
    String run,
    String problem,
    String question,
    List<Candidate> candidates,
    List<Solution> solutions,
    List<Rollout> rollouts,
    List<LearntRow> rows,
    List<String> steps,
    List<String> setAside,
    List<String> policies) {

  /**
   * @param fate admitted, rejected with its reason and evidence, or undecided
   */
  public record Candidate(
      String id,
      String agent,
      Optional<String> parent,
      String seed,
      int round,
      Optional<String> model,
      Optional<String> prompt,
      String fate) {}

  /** What the teacher said of it. */
  public record Solution(
      String id, String status, Optional<String> answer, Optional<String> model, String text) {}

  /** A group of rollouts. */
  public record Rollout(String id, int iteration, String policy, List<Completion> completions) {}

  /**
   * @param verdict MATCH, MISMATCH, UNDECIDED, or none before it was graded
   */
  public record Completion(
      String id,
      int index,
      Optional<String> answer,
      Optional<String> verdict,
      Optional<String> reason,
      String text) {}

  /** A row and the steps that learnt from it. */
  public record LearntRow(RowTrace row, List<String> steps) {}

  /** For a terminal. */
  public String text() {
    StringBuilder text =
        new StringBuilder("problem %s in run %s%n%s%n".formatted(problem, run, question.strip()));
    for (Candidate candidate : candidates) {
      text.append(
          "candidate %s by %s, round %d: %s%n  seed %s, parent %s%s%n"
              .formatted(
                  candidate.id(),
                  candidate.agent(),
                  candidate.round(),
                  candidate.fate(),
                  candidate.seed(),
                  candidate.parent().orElse("none"),
                  candidate.model().map(model -> ", model " + model).orElse("")));
    }
    for (Solution solution : solutions) {
      text.append(
          "solution %s: %s, answer %s%s%n"
              .formatted(
                  solution.id(),
                  solution.status(),
                  solution.answer().orElse("none"),
                  solution.model().map(model -> ", model " + model).orElse("")));
    }
    for (Rollout rollout : rollouts) {
      text.append(
          "rollouts %s for iteration %d by %s%n"
              .formatted(rollout.id(), rollout.iteration(), rollout.policy()));
      for (Completion completion : rollout.completions()) {
        text.append(
            "  %d %s  %s, answer %s%s%n"
                .formatted(
                    completion.index(),
                    completion.id(),
                    completion.verdict().orElse("not graded yet"),
                    completion.answer().orElse("none"),
                    completion.reason().map(reason -> " (" + reason + ")").orElse("")));
      }
    }
    for (LearntRow learnt : rows) {
      RowTrace row = learnt.row();
      text.append(
          "row %s  %s of %s  %s-%d-%d, learnt in %s%n"
              .formatted(
                  row.id(),
                  row.kind(),
                  String.join(" over ", row.responses()),
                  row.topic(),
                  row.partition(),
                  row.offset(),
                  listed(learnt.steps())));
    }
    text.append("steps: %s%n".formatted(listed(steps)));
    if (!setAside.isEmpty()) {
      text.append("batches set aside: %s%n".formatted(listed(setAside)));
    }
    text.append("policies: %s%n".formatted(listed(policies)));
    return text.toString();
  }

  static String listed(List<String> all) {
    return all.isEmpty() ? "none" : String.join(", ", all);
  }
}
