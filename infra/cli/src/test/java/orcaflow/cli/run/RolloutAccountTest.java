package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import orcaflow.events.GradedRollout;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import orcaflow.streams.schedule.Requests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutAccountTest {

  /** All four rollouts of the one problem are right, so under the paper's labelling it borrows. */
  private static final Scene SCENE = new Scene(4);

  private static final LabelledScene EVENTS = new LabelledScene(SCENE);
  private static final Pairing BORROWS = new Pairing(Labelling.named("paper"));
  private static final Pairing ALONE = new Pairing(Labelling.named("paper-no-synthetic"));

  /** What was counted of a problem's rollouts, where no group depends on another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing is due                    | none | true",
        "it is not requested               | due | false",
        "it is not sampled                 | due request | false",
        "the outcome of sample lacks       | due request rollout | false",
        "it is not graded                  | due request rollout sampled | false",
        "the outcome of pair lacks         | due request rollout sampled graded | false",
        "the rollouts lack                 | due request sampled graded paired | false",
        "the request lacks                 | due rollout sampled graded paired | false",
        "all is there                      | due request rollout sampled graded paired | true",
        "in another order                  | paired graded sampled rollout request due | true",
        "it has no solution                | due request rollout sampled dead | true",
        "that comes first                  | dead due request rollout sampled | true",
        "that comes twice                  | dead due request rollout sampled dead | true",
        "it has neither rollouts           | due request empty | true",
        "nor a solution                    | due request empty dead | true",
        "and that comes first              | dead due request empty | true",
        "redriven, it has a solution       | due request rollout sampled dead solved | false",
        "which is used                     | due request rollout sampled dead solved graded paired | true",
        "redriven, it has rollouts         | due request died resampled rollout | false",
        "which are graded                  | due request died resampled rollout graded paired | true",
        "or never, without a solution      | due request died dead resampled rollout | true",
      })
  void isGradedWhenEveryEventHasItsConsequence(String what, String events, boolean graded) {
    assertThat(counted(ALONE, events).isGraded()).as(what).isEqualTo(graded);
  }

  /** What comes after {@code graded} where the group waits for others to borrow from. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "its open group lacks      | paired | false | false",
        "nobody closed it          | paired open rows | true | false",
        "its own rows lack         | paired open closing closed | true | false",
        "all is there              | paired open rows closing closed | true | true",
        "in another order          | closed rows closing open paired | true | true",
      })
  void isClosedWhenEveryGroupThatWaitsHasAnOutcome(
      String what, String events, boolean graded, boolean closed) {
    RolloutAccount account = counted(BORROWS, "due request rollout sampled graded " + events);
    assertThat(account.isGraded()).as(what).isEqualTo(graded);
    assertThat(account.isClosed()).as(what).isEqualTo(closed);
  }

  @Test
  void namesItsOpenGroupsUntilSomebodyHasSaidThatTheseAreAll() {
    String graded = "due request rollout sampled graded paired open";
    assertThat(counted(BORROWS, graded).toClose())
        .contains(new OpenGroups(IdMultiset.EMPTY.with(EVENTS.group(0).getId()), 0));
    assertThat(counted(BORROWS, graded + " closing").toClose()).isEmpty();
  }

  @Test
  void aProblemOutsideTheShareIsNotDueAndNeverLacks() {
    RolloutAccount account = new RolloutAccount(Scene.ITERATION, Optional.empty(), ALONE);
    account.count(problem());
    account.unsolvable(SCENE.problem(0));
    assertThat(account.isGraded()).isTrue();
    assertThat(account.progress()).isEqualTo(RolloutProgress.NONE);
  }

  @Test
  void countsHowFarTheRolloutsAre() {
    RolloutAccount account = counted(ALONE, "due request rollout sampled graded");
    assertThat(account.progress()).isEqualTo(new RolloutProgress(1, 1, 1, 1));
    assertThat(account.completions()).isEqualTo(4);
  }

  private static RolloutAccount counted(Pairing pairing, String events) {
    RolloutAccount account =
        new RolloutAccount(Scene.ITERATION, Optional.of(new RolloutShare(1)), pairing);
    for (String event : events.split(" ")) {
      count(account, pairing, event);
    }
    return account;
  }

  private static void count(RolloutAccount account, Pairing pairing, String event) {
    GradedRollout group = EVENTS.group(0);
    Pairing.Rows own = pairing.rows(group);
    switch (event) {
      case "none" -> {}
      case "due" -> account.count(problem());
      case "request" ->
          account.count(new Requests(Scene.RECIPE).request(problem(), SCENE.policy(), "new"));
      case "rollout" -> account.count(SCENE.rollout(0));
      case "sampled" -> outcome(account, "sample", 1);
      case "empty" -> outcome(account, "sample", 0);
      case "dead" -> account.unsolvable(SCENE.problem(0));
      case "solved" -> account.solvable(SCENE.problem(0));
      case "died" -> account.count(sampling(0, OutcomeKind.DEAD, 0));
      case "resampled" -> account.count(sampling(1, OutcomeKind.DONE, 1));
      case "graded" -> account.count(group);
      case "paired" -> outcome(account, "pair", own.size());
      case "open" -> account.count(pairing.open(group).orElseThrow());
      case "rows" -> own.labelled().forEach(row -> account.row(row.getProblemId()));
      case "closing" -> account.closing();
      case "closed" -> outcome(account, "close", 0);
      default -> throw new IllegalArgumentException(event);
    }
  }

  private static void outcome(RolloutAccount account, String stage, int outputs) {
    String group = Ids.request(SCENE.problem(0), Scene.ITERATION);
    account.count(
        Scene.outcome(stage, group, SCENE.problem(0), Scene.ITERATION, OutcomeKind.DONE, outputs));
  }

  /** An outcome of sample, of a request that is redriven that number of times. */
  private static StageOutcome sampling(int redriven, OutcomeKind kind, int outputs) {
    String group = Ids.request(SCENE.problem(0), Scene.ITERATION);
    StageOutcome outcome =
        Scene.outcome("sample", group, SCENE.problem(0), Scene.ITERATION, kind, outputs);
    return Scene.redriven(outcome, redriven, kind, outputs);
  }

  private static Problem problem() {
    return LabelledScene.admitted(SCENE.candidates().get(0));
  }
}
