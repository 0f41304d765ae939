package orcaflow.cli.make;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class ProblemBookTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final int SEEDS = 20;
  private static final int WANTED = 6;
  private static final List<String> IDS =
      IntStream.range(0, SEEDS).mapToObj(i -> "seed-" + i).toList();

  /** Problem i has i mod 5 of four rollouts right; every seventh has no solution. */
  @Test
  void theAcceptedProblemsAreTheSameInAnyOrderOfArrivalAndAtAnyStep() {
    List<SpecificRecord> events = events();
    List<AcceptedProblem> all = accepted(events, 1);
    assertThat(all).extracting(AcceptedProblem::seedRow).containsExactly(2L, 3L, 4L, 7L, 9L, 12L);
    for (int seed = 0; seed < 50; seed++) {
      List<SpecificRecord> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(accepted(shuffled, shuffled.size())).isEqualTo(all);
      assertThat(accepted(shuffled, 1 + seed)).isEqualTo(all);
    }
  }

  @Test
  void ofTwoSeedsWithOneQuestionTheFirstHasTheProblem() {
    ProblemBook book = new ProblemBook(Condition.parse("round = 0"), SeedBlocks.STANDARD, 2);
    book.seeded(List.of("seed-0", "seed-1"));
    book.count(candidate("seed-1", "seed-1", "same", "seed", null));
    book.count(candidate("seed-0", "seed-0", "same", "seed", null));
    assertThat(book.of(0)).containsExactly(new Decision.Open());
    assertThat(book.of(1)).isEmpty();
  }

  @Test
  void theSeedsOwnQuestionCountsForIt() {
    ProblemBook book = new ProblemBook(Condition.parse("round = 0"), SeedBlocks.STANDARD, 2);
    book.seeded(List.of("seed-0", "seed-1"));
    book.count(candidate("child", "seed-0", "same", "ask-me-anything", "9"));
    book.count(candidate("seed-1", "seed-1", "same", "seed", null));
    assertThat(book.of(0)).isEmpty();
    assertThat(book.of(1)).containsExactly(new Decision.Open());
  }

  @Test
  void childrenOfOnePortionWithDifferentAnswersMakeTheProblemUnusable() {
    ProblemBook book = new ProblemBook(Condition.parse("round = 0"), SeedBlocks.STANDARD, 2);
    book.seeded(List.of("seed-0", "seed-1"));
    book.count(candidate("one", "seed-0", "same", "ask-me-anything", "9"));
    book.count(candidate("two", "seed-1", "same", "ask-me-anything", "8"));
    assertThat(book.of(0)).first().isInstanceOf(Decision.Refused.class);
    assertThat(book.of(1)).isEmpty();
  }

  private static List<AcceptedProblem> accepted(List<SpecificRecord> events, int atOnce) {
    ProblemBook book =
        new ProblemBook(Condition.parse("solve_rate in 0.25..0.75"), SeedBlocks.STANDARD, SEEDS);
    book.seeded(IDS);
    LowWater lowWater = new LowWater(WANTED, book::of);
    int settled = 0;
    List<AcceptedProblem> accepted = List.of();
    for (int i = 0; i < events.size(); i++) {
      book.count(events.get(i));
      if (i % atOnce == 0 || i == events.size() - 1) {
        while (settled < SEEDS && book.isAdmissionOver(settled)) {
          settled++;
        }
        List<AcceptedProblem> now = lowWater.advance(settled).accepted();
        assertThat(now.subList(0, accepted.size())).isEqualTo(accepted);
        accepted = now;
      }
    }
    return accepted;
  }

  private static List<SpecificRecord> events() {
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < SEEDS; i++) {
      String problem = "problem-" + i;
      ProblemCandidate candidate = candidate(IDS.get(i), IDS.get(i), problem, "seed", null);
      events.add(candidate);
      events.add(
          Problem.newBuilder()
              .setId(problem)
              .setCandidateId(candidate.getId())
              .setQuestion("How many?")
              .setLineage(candidate.getLineage())
              .build());
      boolean solved = i % 7 != 0;
      if (solved) {
        events.add(solution(problem, candidate.getLineage()));
      }
      events.add(outcome("solve", problem, solved));
      events.add(rollout(problem, candidate.getLineage()));
      events.add(outcome("sample", problem, true));
      events.add(graded(problem, i % 5, candidate.getLineage()));
    }
    return events;
  }

  private static ProblemCandidate candidate(
      String id, String seed, String problem, String agent, String expected) {
    return ProblemCandidate.newBuilder()
        .setId(id)
        .setProblemId(problem)
        .setQuestion("How many?")
        .setExpectedAnswer(expected)
        .setLineage(
            Lineage.newBuilder()
                .setSeed(seed)
                .setAgent(agent)
                .setRound(0)
                .setIndex(0)
                .setTime(TIME)
                .build())
        .build();
  }

  private static TeacherSolution solution(String problem, Lineage lineage) {
    return TeacherSolution.newBuilder()
        .setId("solution-" + problem)
        .setProblemId(problem)
        .setQuestion("How many?")
        .setSolution("#### 7")
        .setFinalAnswer("7")
        .setStatus(SolutionStatus.USABLE)
        .setLineage(lineage)
        .build();
  }

  private static StageOutcome outcome(String stage, String problem, boolean some) {
    return new StageOutcome(
        stage + problem,
        stage,
        problem,
        problem,
        0,
        some ? OutcomeKind.DONE : OutcomeKind.DEAD,
        null,
        some ? 1 : 0,
        TIME);
  }

  private static StudentRollout rollout(String problem, Lineage lineage) {
    return StudentRollout.newBuilder()
        .setId("request-" + problem)
        .setProblemId(problem)
        .setQuestion("How many?")
        .setIteration(1)
        .setPolicyVersion("base")
        .setCompletions(
            IntStream.range(0, 4)
                .mapToObj(n -> new Completion(problem + n, n, "#### 7", "stop", null))
                .toList())
        .setLineage(lineage)
        .build();
  }

  private static GradedRollout graded(String problem, int right, Lineage lineage) {
    return GradedRollout.newBuilder()
        .setId("request-" + problem)
        .setProblemId(problem)
        .setQuestion("How many?")
        .setIteration(1)
        .setPolicyVersion("base")
        .setTeacherSolutionId("solution-" + problem)
        .setCompletions(
            IntStream.range(0, 4)
                .mapToObj(
                    n ->
                        new GradedCompletion(
                            problem + n,
                            n,
                            "#### 7",
                            "7",
                            n < right ? VerdictValue.MATCH : VerdictValue.MISMATCH,
                            "equal",
                            false,
                            null))
                .toList())
        .setLineage(lineage)
        .build();
  }
}
