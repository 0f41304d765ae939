package orcaflow.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.Topics;

/** What a row of each kind says. Columns named as trainers expect them come first. */
final class Tables {

  /** One rollout with the group it belongs to. */
  record Graded(GradedRollout group, GradedCompletion completion) {}

  static final Table<Problem, Problem> PROBLEMS =
      new Table<>(
          "problems",
          Topics.PROBLEMS,
          "An admitted problem.",
          List::of,
          Problem::getId,
          Problem::getId,
          columns(
              problem(Problem::getQuestion, p -> p.getLineage().getSeed()),
              text("id", Problem::getId),
              text("candidate_id", Problem::getCandidateId),
              maybe("gold_solution", Problem::getSolution),
              maybe("model", p -> p.getLineage().getModel()),
              maybe("prompt_id", p -> p.getLineage().getPrompt())));

  static final Table<RejectedCandidate, RejectedCandidate> REJECTED =
      new Table<>(
          "rejected",
          Topics.REJECTED_CANDIDATES,
          "A candidate that was not admitted, and why; agent, round and parent are its own.",
          List::of,
          RejectedCandidate::getId,
          RejectedCandidate::getProblemId,
          List.of(
              text("question", RejectedCandidate::getQuestion),
              text("reason", RejectedCandidate::getReason),
              text("evidence", RejectedCandidate::getEvidence),
              text("seed", r -> r.getLineage().getSeed()),
              text("agent", r -> r.getLineage().getAgent()),
              number("round", r -> r.getLineage().getRound()),
              maybe("parent", r -> r.getLineage().getParent()),
              text("id", RejectedCandidate::getId),
              text("candidate_id", RejectedCandidate::getCandidateId),
              text("problem_id", RejectedCandidate::getProblemId),
              maybe("model", r -> r.getLineage().getModel()),
              maybe("prompt_id", r -> r.getLineage().getPrompt())));

  static final Table<TeacherSolution, TeacherSolution> SOLUTIONS =
      new Table<>(
          "solutions",
          Topics.TEACHER_SOLUTIONS,
          "The teacher on a problem, usable or not.",
          List::of,
          TeacherSolution::getId,
          TeacherSolution::getProblemId,
          columns(
              problem(
                  TeacherSolution::getQuestion,
                  s -> s.getLineage().getSeed(),
                  text("solution", TeacherSolution::getSolution),
                  text("status", s -> s.getStatus().name()),
                  maybe("reason", TeacherSolution::getReason),
                  maybe("final_answer", TeacherSolution::getFinalAnswer)),
              text("id", TeacherSolution::getId),
              text("problem_id", TeacherSolution::getProblemId),
              maybe("model", s -> s.getLineage().getModel()),
              maybe("prompt_id", s -> s.getLineage().getPrompt())));

  static final Table<GradedRollout, Graded> GRADED =
      new Table<>(
          "graded",
          Topics.GRADED_ROLLOUTS,
          "One answer of the student with its verdict: MATCH, MISMATCH or UNDECIDED.",
          group -> group.getCompletions().stream().map(c -> new Graded(group, c)).toList(),
          graded -> graded.completion().getRolloutId(),
          graded -> graded.group().getProblemId(),
          columns(
              training(
                  graded -> graded.group().getQuestion(),
                  graded -> graded.group().getLineage().getSeed(),
                  text("completion", graded -> graded.completion().getText()),
                  text("verdict", graded -> graded.completion().getVerdict().name()),
                  text("reason", graded -> graded.completion().getReason()),
                  maybe("given_answer", graded -> graded.completion().getAnswer()),
                  maybe("reference_answer", graded -> graded.group().getReferenceAnswer())),
              text("id", graded -> graded.completion().getRolloutId()),
              text("problem_id", graded -> graded.group().getProblemId()),
              text("request_id", graded -> graded.group().getId()),
              number("index", graded -> graded.completion().getIndex()),
              number("iteration", graded -> graded.group().getIteration()),
              text("policy_version", graded -> graded.group().getPolicyVersion())));

  static final Table<Demonstration, Demonstration> DEMONSTRATIONS =
      new Table<>(
          "sft",
          Topics.DEMONSTRATIONS,
          "A solution to imitate (SFT).",
          List::of,
          Demonstration::getId,
          Demonstration::getProblemId,
          columns(
              training(
                  Demonstration::getQuestion,
                  d -> d.getLineage().getSeed(),
                  text("completion", Demonstration::getSolution)),
              text("id", Demonstration::getId),
              text("problem_id", Demonstration::getProblemId),
              text("response_id", Demonstration::getSolutionId),
              text("written_by", d -> d.getLineage().getAgent()),
              maybe("model", d -> d.getLineage().getModel()),
              maybe("prompt_id", d -> d.getLineage().getPrompt()),
              maybe("policy_version", d -> d.getLineage().getPolicyVersion()),
              text("labelling", Demonstration::getLabelling)));

  static final Table<LabelledCompletion, LabelledCompletion> LABELLED =
      new Table<>(
          "kto",
          Topics.LABELLED_COMPLETIONS,
          "An answer with its label (KTO): true is desirable.",
          List::of,
          LabelledCompletion::getId,
          LabelledCompletion::getProblemId,
          columns(
              training(
                  LabelledCompletion::getQuestion,
                  LabelledCompletion::getSeed,
                  text("completion", LabelledCompletion::getCompletion),
                  column("label", Column.Type.BOOL, (row, about) -> row.getDesirable())),
              text("id", LabelledCompletion::getId),
              text("problem_id", LabelledCompletion::getProblemId),
              text("response_id", LabelledCompletion::getResponseId),
              text("origin", LabelledCompletion::getOrigin),
              maybe("model", row -> row.getLineage().getModel()),
              number("iteration", LabelledCompletion::getIteration),
              number("correct_count", LabelledCompletion::getCorrectCount),
              text("policy_version", LabelledCompletion::getPolicyVersion),
              text("labelling", LabelledCompletion::getLabelling)));

  static final Table<PreferencePair, PreferencePair> PAIRS =
      new Table<>(
          "dpo",
          Topics.PREFERENCE_PAIRS,
          "A better and a worse answer to one problem (DPO).",
          List::of,
          PreferencePair::getId,
          PreferencePair::getProblemId,
          columns(
              training(
                  PreferencePair::getQuestion,
                  PreferencePair::getSeed,
                  text("chosen", PreferencePair::getChosen),
                  text("rejected", PreferencePair::getRejected)),
              text("id", PreferencePair::getId),
              text("problem_id", PreferencePair::getProblemId),
              text("chosen_id", PreferencePair::getChosenId),
              text("rejected_id", PreferencePair::getRejectedId),
              number("iteration", PreferencePair::getIteration),
              number("correct_count", PreferencePair::getCorrectCount),
              text("policy_version", PreferencePair::getPolicyVersion),
              text("labelling", PreferencePair::getLabelling)));

  /** Every kind, in flow order. */
  static final List<Table<?, ?>> ALL =
      List.of(PROBLEMS, REJECTED, SOLUTIONS, GRADED, DEMONSTRATIONS, LABELLED, PAIRS);

  private Tables() {}

  /** The student's prompt, what is to be learnt, then what is known of the problem. */
  @SafeVarargs
  private static <R> List<Column<R>> training(
      Function<R, String> question, Function<R, String> seed, Column<R>... learnt) {
    List<Column<R>> columns = new ArrayList<>();
    columns.add(text("prompt", row -> StudentPrompt.prompt(question.apply(row))));
    columns.addAll(problem(question, seed, learnt));
    return columns;
  }

  /** The row's own columns, then what is known of its problem. */
  @SafeVarargs
  private static <R> List<Column<R>> problem(
      Function<R, String> question, Function<R, String> seed, Column<R>... own) {
    List<Column<R>> columns = new ArrayList<>(List.of(own));
    columns.addAll(about(question, seed));
    return columns;
  }

  private static <R> List<Column<R>> about(Function<R, String> question, Function<R, String> seed) {
    return List.of(
        text("question", question),
        column("answer", Column.Type.STRING, (row, about) -> about.answer()),
        column("answer_origin", Column.Type.STRING, (row, about) -> about.answerOrigin()),
        column("source", Column.Type.STRING, (row, about) -> about.source()),
        column(
            "seed",
            Column.Type.STRING,
            (row, about) -> about.seed().orElseGet(() -> seed.apply(row))),
        column("agent", Column.Type.STRING, (row, about) -> about.agent()),
        column("round", Column.Type.INT64, (row, about) -> about.round()),
        column("parent", Column.Type.STRING, (row, about) -> about.parent()),
        column("difficulty", Column.Type.FLOAT64, (row, about) -> about.difficulty()),
        column("rollouts", Column.Type.INT64, (row, about) -> about.rollouts()),
        column("solved", Column.Type.INT64, (row, about) -> about.solved()));
  }

  @SafeVarargs
  private static <R> List<Column<R>> columns(List<Column<R>> first, Column<R>... more) {
    List<Column<R>> columns = new ArrayList<>(first);
    columns.addAll(List.of(more));
    return List.copyOf(columns);
  }

  private static <R> Column<R> column(
      String name, Column.Type type, BiFunction<R, About, Object> value) {
    return new Column<>(name, type, value);
  }

  private static <R> Column<R> text(String name, Function<R, String> value) {
    return column(name, Column.Type.STRING, (row, about) -> value.apply(row));
  }

  /** Avro has null where there is none. */
  private static <R> Column<R> maybe(String name, Function<R, String> value) {
    return column(name, Column.Type.STRING, (row, about) -> Optional.ofNullable(value.apply(row)));
  }

  private static <R> Column<R> number(String name, Function<R, Integer> value) {
    return column(name, Column.Type.INT64, (row, about) -> value.apply(row));
  }
}
