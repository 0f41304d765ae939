package orcaflow.cli.dataset;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import org.apache.avro.specific.SpecificRecord;

/** What is known of each problem, gathered from all events of a version, in any order. */
final class ProblemIndex {

  private final Map<String, Origin> origins = new HashMap<>();
  private final Map<String, String> known = new HashMap<>();
  private final Map<String, String> teachers = new HashMap<>();
  private final Map<String, Tries> tries = new HashMap<>();

  private record Origin(
      Optional<String> source, String seed, String agent, int round, Optional<String> parent) {}

  private record Tries(long rollouts, long solved) {
    private static final Tries NONE = new Tries(0, 0);

    private Tries plus(Tries more) {
      return new Tries(rollouts + more.rollouts, solved + more.solved);
    }
  }

  void add(SpecificRecord event) {
    if (event instanceof Problem problem) {
      Lineage lineage = problem.getLineage();
      origins.put(
          problem.getId(),
          new Origin(
              Optional.ofNullable(problem.getSource()),
              lineage.getSeed(),
              lineage.getAgent(),
              lineage.getRound(),
              Optional.ofNullable(lineage.getParent())));
      Optional.ofNullable(problem.getExpectedAnswer())
          .ifPresent(answer -> known.put(problem.getId(), answer));
    } else if (event instanceof TeacherSolution solution) {
      Optional.ofNullable(solution.getExpectedAnswer())
          .ifPresent(answer -> known.put(solution.getProblemId(), answer));
      Optional.ofNullable(solution.getFinalAnswer())
          .ifPresent(answer -> teachers.put(solution.getProblemId(), answer));
    } else if (event instanceof GradedRollout group) {
      long solved =
          group.getCompletions().stream()
              .filter(completion -> completion.getVerdict() == VerdictValue.MATCH)
              .count();
      tries.merge(
          group.getProblemId(), new Tries(group.getCompletions().size(), solved), Tries::plus);
    }
  }

  /** What is known; a problem of another run, say of a replay, has no origin here. */
  About about(String problemId) {
    Optional<Origin> origin = Optional.ofNullable(origins.get(problemId));
    Optional<String> expected = Optional.ofNullable(known.get(problemId));
    Optional<String> teacher = Optional.ofNullable(teachers.get(problemId));
    Tries tried = tries.getOrDefault(problemId, Tries.NONE);
    return new About(
        expected.or(() -> teacher),
        expected.map(answer -> "known").or(() -> teacher.map(answer -> "teacher")),
        origin.flatMap(Origin::source),
        origin.map(Origin::seed),
        origin.map(Origin::agent),
        origin.map(Origin::round),
        origin.flatMap(Origin::parent),
        tried.rollouts(),
        tried.solved());
  }
}
