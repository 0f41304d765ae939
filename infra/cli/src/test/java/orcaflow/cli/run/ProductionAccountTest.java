package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import java.util.OptionalLong;
import orcaflow.events.Demonstration;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.ExpansionRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductionAccountTest {

  private static final String EDIT = ExpansionRule.SUGGEST_AND_EDIT;

  private final ProductionAccount account = new ProductionAccount(new ExpansionRule(0, 1));

  /** What was counted of one seed and its edit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no seed at all             | seeds:0                                        | true",
        "the seed is rejected       | seeds:1 candidate:a reject:a                   | true",
        "it is not decided          | seeds:1 candidate:a                            | false",
        "it has no edit             | seeds:1 candidate:a admit:a solve:a:0 edit:a:0 | true",
        "the agent has not been     | seeds:1 candidate:a admit:a solve:a:0          | false",
        "their number is not known  | candidate:a admit:a solve:a:0 edit:a:0         | false",
        "a seed lacks               | seeds:2 candidate:a admit:a solve:a:0 edit:a:0 | false",
      })
  void isClosedWhenEverySeedIsDecidedAndExpanded(String what, String events, boolean closed) {
    assertThat(counted(events).isClosed()).as(what).isEqualTo(closed);
  }

  /** What was counted besides an admitted and solved seed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the edit is rejected       | edit:a:1 child:b:a reject:b | true",
        "it comes first             | reject:b child:b:a edit:a:1 | true",
        "it lacks                   | edit:a:1                    | false",
        "it is not decided          | edit:a:1 child:b:a          | false",
        "the agent's outcome lacks  | child:b:a reject:b          | false",
        "one of two edits lacks     | edit:a:2 child:b:a reject:b | false",
      })
  void isClosedWhenEveryEditIsDecided(String what, String events, boolean closed) {
    assertThat(counted("seeds:1 candidate:a admit:a solve:a:0 " + events).isClosed())
        .as(what)
        .isEqualTo(closed);
  }

  /** What was counted besides an admitted and expanded seed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the agent comes twice       | edit:a:0                                         | false",
        "its solution lacks          | solve:a:1                                        | false",
        "the outcome of solve lacks  | solution:a demonstrate:a:0                       | false",
        "it is not demonstrated      | solve:a:1 solution:a                             | false",
        "its demonstration lacks     | solve:a:1 solution:a demonstrate:a:1             | false",
        "all is there                | solve:a:1 solution:a demonstrate:a:1 row:a       | true",
        "in another order            | row:a demonstrate:a:1 solution:a solve:a:1       | true",
        "the solution gives no row   | solve:a:1 solution:a demonstrate:a:0             | true",
      })
  void isClosedWhenEveryProblemIsSolvedAndDemonstrated(String what, String events, boolean closed) {
    assertThat(counted("seeds:1 candidate:a admit:a edit:a:0 " + events).isClosed())
        .as(what)
        .isEqualTo(closed);
  }

  @Test
  void countsHowFarProductionIs() {
    counted("seeds:2 candidate:a candidate:b admit:a reject:b edit:a:1 child:c:a");
    counted("solve:a:1 solution:a");
    assertThat(account.progress())
        .isEqualTo(new ProductionProgress(OptionalLong.of(2), 3, 1, 1, 1, 1, 1));
    assertThat(account.rejected()).containsExactly(entry("duplicate", 1L));
    assertThat(account.solutions()).isEqualTo(1);
  }

  @Test
  void outcomesOfOtherStagesDoNotCount() {
    account.seeded(0);
    outcome("admit", "a", "0");
    assertThat(account.isClosed()).isTrue();
  }

  private ProductionAccount counted(String events) {
    for (String event : events.split(" ")) {
      count(event.split(":"));
    }
    return account;
  }

  private void count(String[] event) {
    String id = event[1];
    switch (event[0]) {
      case "seeds" -> account.seeded(Long.parseLong(id));
      case "candidate" -> account.count(candidate(id, lineage("seed", 0)));
      case "child" -> account.count(candidate(id, lineage(EDIT, 1, event[2])));
      case "admit" ->
          account.count(
              new Problem(id(id), candidateId(id), "q", null, null, null, lineage("seed", 0)));
      case "reject" ->
          account.count(
              RejectedCandidate.newBuilder()
                  .setId(Ids.hash("rejection", id))
                  .setCandidateId(candidateId(id))
                  .setProblemId(id(id))
                  .setQuestion("q")
                  .setReason("duplicate")
                  .setEvidence("e")
                  .setLineage(lineage("seed", 0))
                  .build());
      case "edit" -> outcome(EDIT, id, event[2]);
      case "solve" -> outcome("solve", id, event[2]);
      case "demonstrate" ->
          account.count(
              Scene.outcome(
                  "demonstrate",
                  Ids.solution(id(id)),
                  id(id),
                  0,
                  OutcomeKind.DONE,
                  Integer.parseInt(event[2])));
      case "solution" ->
          account.count(
              TeacherSolution.newBuilder()
                  .setId(Ids.solution(id(id)))
                  .setProblemId(id(id))
                  .setQuestion("q")
                  .setSolution("#### 1")
                  .setFinalAnswer("1")
                  .setStatus(SolutionStatus.USABLE)
                  .setLineage(lineage("solve", 0))
                  .build());
      case "row" ->
          account.count(
              new Demonstration(
                  Ids.hash("row", id),
                  id(id),
                  "q",
                  "#### 1",
                  Ids.solution(id(id)),
                  "l@1",
                  lineage("solve", 0),
                  0,
                  false,
                  null));
      default -> throw new IllegalArgumentException(event[0]);
    }
  }

  private void outcome(String stage, String problem, String outputs) {
    account.count(
        Scene.outcome(
            stage, id(problem), id(problem), 0, OutcomeKind.DONE, Integer.parseInt(outputs)));
  }

  private static ProblemCandidate candidate(String name, Lineage lineage) {
    return new ProblemCandidate(candidateId(name), id(name), "q", null, null, null, null, lineage);
  }

  private static Lineage lineage(String agent, int round, String... parent) {
    return new Lineage(
        "s",
        parent.length == 0 ? null : id(parent[0]),
        agent,
        round,
        0,
        null,
        null,
        null,
        Instant.EPOCH);
  }

  private static String id(String name) {
    return Ids.hash(name);
  }

  private static String candidateId(String name) {
    return Ids.hash("candidate", name);
  }
}
