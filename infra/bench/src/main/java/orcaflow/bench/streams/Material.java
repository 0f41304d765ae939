package orcaflow.bench.streams;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;

/**
 * Made-up problems: the n-th has a solution and four rollouts of the length of grade-school
 * solutions, of which n mod 5 are right. Both sides of the comparison read these texts.
 */
public record Material(int number) {

  static final int SAMPLES = 4;
  static final int ITERATION = 2;

  private static final String STEPS =
      "First there are 12 boxes with 8 pens each, so that 12 * 8 = 96 pens are there. "
          + "Then 3 pens of each box are given away, that is 12 * 3 = 36 pens. "
          + "What is left is 96 - 36 = 60 pens, to which those in the drawer are added.\n#### ";
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  /** Pairs of right and wrong rollouts, the teacher's solution among the right, of n problems. */
  static long pairs(int problems) {
    return IntStream.range(0, problems).mapToObj(Material::new).mapToLong(Material::pairs).sum();
  }

  /** Pairs of this problem. */
  public long pairs() {
    int right = number % (SAMPLES + 1);
    return (1L + right) * (SAMPLES - right);
  }

  String question() {
    return "A shop has %d boxes of pens and gives some away. How many pens are left?"
        .formatted(number);
  }

  public String id() {
    return Ids.problem(question());
  }

  String answer() {
    return Integer.toString(60 + number);
  }

  String solution() {
    return STEPS + answer();
  }

  String rollout(int index) {
    boolean right = index < number % (SAMPLES + 1);
    return STEPS + (right ? answer() : Integer.toString(index));
  }

  public TeacherSolution solved() {
    return new TeacherSolution(
        Ids.solution(id()),
        id(),
        question(),
        solution(),
        answer(),
        null,
        SolutionStatus.USABLE,
        null,
        lineage("solve"));
  }

  public StudentRollout sampled() {
    List<Completion> completions =
        IntStream.range(0, SAMPLES)
            .mapToObj(
                i -> new Completion(Ids.rollout(id(), ITERATION, i), i, rollout(i), "stop", null))
            .toList();
    return new StudentRollout(
        Ids.request(id(), ITERATION),
        id(),
        question(),
        ITERATION,
        "bench-M1-50-abcdef01",
        completions,
        lineage("sample"),
        null,
        SAMPLES);
  }

  private static Lineage lineage(String agent) {
    return new Lineage("seed", null, agent, 0, 0, "prompt@1", "model", null, TIME);
  }
}
