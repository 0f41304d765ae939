package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.events.GradedRollout;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.TeacherSolution;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import orcaflow.streams.schedule.Requests;

/** What the other stages of a run write about a {@link Scene}, under the paper's labelling. */
record LabelledScene(Scene scene) {

  private static final Pairing PAIRING = new Pairing(Labelling.named("paper"));

  /** All that a run writes until its groups are graded and their own rows written. */
  List<Object> graded() {
    List<Object> events = new ArrayList<>(scene.candidates());
    events.addAll(scene.solved());
    events.addAll(scene.sampled());
    events.add(scene.policy());
    for (ProblemCandidate candidate : scene.candidates()) {
      Problem problem = admitted(candidate);
      events.add(problem);
      events.add(new Requests(Scene.RECIPE).request(problem, scene.policy(), "new"));
    }
    for (int i : solved()) {
      TeacherSolution solution = scene.solution(i);
      GradedRollout group = group(i);
      written(
          events,
          "demonstrate",
          solution.getId(),
          solution.getProblemId(),
          0,
          PAIRING.rows(solution));
      events.add(group);
      PAIRING.open(group).ifPresent(events::add);
      written(
          events,
          "pair",
          group.getId(),
          group.getProblemId(),
          Scene.ITERATION,
          PAIRING.rows(group));
    }
    return events;
  }

  static Problem admitted(ProblemCandidate candidate) {
    return Problem.newBuilder()
        .setId(candidate.getProblemId())
        .setCandidateId(candidate.getId())
        .setQuestion(candidate.getQuestion())
        .setLineage(candidate.getLineage())
        .build();
  }

  /** What the stage close writes once it knows that these are all. */
  List<Object> borrowed() {
    ClosedSet set = new ClosedSet(PAIRING.labelling());
    List<GradedRollout> groups = solved().stream().map(this::group).toList();
    groups.forEach(set::add);
    List<Object> events = new ArrayList<>();
    for (GradedRollout group : groups) {
      if (PAIRING.borrows(group)) {
        Pairing.Rows rows = set.rows(group);
        written(
            events,
            "close",
            group.getId(),
            group.getProblemId(),
            Scene.ITERATION,
            new Pairing.Rows(
                rows.labelled().stream().filter(row -> row.getDonorProblemId() != null).toList(),
                rows.pairs(),
                List.of()));
      }
    }
    return events;
  }

  private static void written(
      List<Object> events,
      String stage,
      String input,
      String problem,
      int iteration,
      Pairing.Rows rows) {
    events.addAll(rows.demonstrations());
    events.addAll(rows.labelled());
    events.addAll(rows.pairs());
    events.add(Scene.outcome(stage, input, problem, iteration, OutcomeKind.DONE, rows.size()));
  }

  private List<Integer> solved() {
    return IntStream.range(0, scene.right().size())
        .filter(i -> scene.right().get(i) != Scene.UNSOLVED)
        .boxed()
        .toList();
  }

  GradedRollout group(int i) {
    return new Grading(Judge.OFF)
        .graded(scene.solution(i), scene.rollout(i), Map.of())
        .orElseThrow();
  }
}
