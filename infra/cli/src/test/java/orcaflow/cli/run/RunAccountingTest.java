package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import orcaflow.events.Closing;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.OpenGroup;
import orcaflow.events.OutcomeKind;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StageOutcome;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RunAccountingTest {

  private static final Recipe RECIPE =
      ConfigFile.parse(
          "test",
          """
          name: test
          seed: 1
          expansion: { askShare: 0.0, rounds: 1 }
          student: { hidden: 16, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 16, context: 64, words: 10 }
          rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 8 }
          evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 8 }
          labelling: rollouts
          iterations:
            - { name: M1, algorithm: sft, steps: 1, batch: 2, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, weightDecay: 0, beta2: 0.95, clip: 1.0 }
          """,
          Recipe.class,
          "TEST",
          Map.of());

  /** One seed, its edit, a duplicate of the edit; both problems solved and demonstrated. */
  private static List<Object> story() {
    List<Object> events = new ArrayList<>();
    events.add(candidate("c0", "p0", "seed", 0));
    events.add(candidate("c1", "p1", "suggest-and-edit", 1));
    events.add(candidate("c2", "p1", "suggest-and-edit", 1));
    events.add(problem("p0", "c0", "seed", 0));
    events.add(problem("p1", "c1", "suggest-and-edit", 1));
    events.add(
        RejectedCandidate.newBuilder()
            .setId(id("r"))
            .setCandidateId(id("c2"))
            .setProblemId(id("p1"))
            .setQuestion("q")
            .setReason("duplicate")
            .setEvidence("p1")
            .setLineage(lineage("suggest-and-edit", 1))
            .build());
    events.add(outcome("suggest-and-edit", "p0", "p0", 2));
    for (String name : List.of("p0", "p1")) {
      String solution = "s" + name;
      events.add(outcome("solve", name, name, 1));
      events.add(
          new TeacherSolution(
              id(solution),
              id(name),
              "q",
              "#### 1",
              "1",
              null,
              SolutionStatus.USABLE,
              null,
              lineage("solve", 0)));
      events.add(outcome("demonstrate", solution, name, 1));
      events.add(
          new Demonstration(
              id("d" + name),
              id(name),
              "q",
              "#### 1",
              id(solution),
              "l@1",
              lineage("solve", 0),
              0,
              false,
              null));
    }
    return events;
  }

  @RepeatedTest(200)
  void isClosedOnlyWhenTheLastEventIsCountedWhateverTheOrder(RepetitionInfo repetition) {
    List<Object> events = story();
    Collections.shuffle(events, new Random(repetition.getCurrentRepetition()));
    RunAccounting accounting = new RunAccounting(RECIPE);
    accounting.seeded(1);
    for (Object event : events) {
      assertThat(accounting.snapshot().productionClosed()).isFalse();
      accounting.count(event);
    }
    assertThat(accounting.snapshot().productionClosed()).isTrue();
  }

  @Test
  void isNotClosedBeforeTheSeedsAreKnown() {
    RunAccounting accounting = new RunAccounting(RECIPE);
    story().forEach(accounting::count);
    assertThat(accounting.snapshot().productionClosed()).isFalse();
  }

  /** A stage that meets a record that is no event is finished with it, too. */
  @Test
  void anUnreadableRecordIsADeadLetterAndKeepsNothingOpen() {
    RunAccounting accounting = new RunAccounting(RECIPE);
    accounting.seeded(1);
    String place = Ids.unreadable("main.problems", 0, 17);
    accounting.count(
        new StageOutcome(
            Ids.outcome("solve", place),
            "solve",
            place,
            place,
            0,
            OutcomeKind.DEAD,
            "Unknown magic byte!",
            0,
            Instant.EPOCH));
    story().forEach(accounting::count);
    assertThat(accounting.snapshot().productionClosed()).isTrue();
    assertThat(accounting.snapshot().funnel().deadLetters()).isEqualTo(1);
  }

  /** The same without dead letters, but two problems die and are redriven, one of them twice. */
  @RepeatedTest(50)
  void aRedrivenInputIsOneInput(RepetitionInfo repetition) {
    List<Object> events = story();
    StageOutcome edited = outcome("suggest-and-edit", "p0", "p0", 2);
    StageOutcome solved = outcome("solve", "p1", "p1", 1);
    events.removeAll(List.of(edited, solved));
    Collections.shuffle(events, new Random(repetition.getCurrentRepetition()));
    RunAccounting accounting = new RunAccounting(RECIPE);
    accounting.seeded(1);
    accounting.count(dead(edited, 0));
    accounting.count(dead(solved, 0));
    accounting.count(dead(solved, 1));
    assertThat(accounting.snapshot().funnel().deadLetters()).isEqualTo(2);
    events.forEach(accounting::count);
    assertThat(accounting.snapshot().productionClosed()).isFalse();
    accounting.count(redriven(edited, 1));
    accounting.count(redriven(solved, 2));
    assertThat(accounting.snapshot().productionClosed()).isTrue();
    assertThat(accounting.snapshot().funnel().deadLetters()).isZero();
    assertThat(accounting.snapshot().production().expanded()).isEqualTo(1);
  }

  private static StageOutcome dead(StageOutcome outcome, int times) {
    return Scene.redriven(outcome, times, OutcomeKind.DEAD, 0);
  }

  private static StageOutcome redriven(StageOutcome outcome, int times) {
    return Scene.redriven(outcome, times, OutcomeKind.DONE, outcome.getOutputs());
  }

  @Test
  void theFunnelAddsUp() {
    RunAccounting accounting = new RunAccounting(RECIPE);
    story().forEach(accounting::count);
    Funnel funnel = accounting.snapshot().funnel();
    assertThat(funnel.candidates())
        .isEqualTo(funnel.admitted() + funnel.rejected().values().stream().mapToLong(n -> n).sum());
    assertThat(funnel.rejected()).containsEntry("duplicate", 1L);
    assertThat(funnel.solutions()).isEqualTo(2);
  }

  /**
   * Two groups are all right and borrow what the two others got wrong; a fifth problem was never
   * solved, so nobody grades its rollouts.
   */
  private static final Scene SCENE = new Scene(4, 3, 0, 4, Scene.UNSOLVED);

  private static final LabelledScene EVENTS = new LabelledScene(SCENE);

  @RepeatedTest(50)
  void saysOnceAllIsGradedWhichGroupsAreToBeClosed(RepetitionInfo repetition) {
    List<Object> events = EVENTS.graded();
    // Rows of their own say nothing about which groups there are.
    events.removeIf(e -> e instanceof LabelledCompletion || e instanceof PreferencePair);
    Collections.shuffle(events, new Random(repetition.getCurrentRepetition()));
    RunAccounting accounting = scene();
    for (Object event : events) {
      assertThat(accounting.snapshot().toClose(Scene.ITERATION)).isEmpty();
      accounting.count(event);
    }
    OpenGroups open = accounting.snapshot().toClose(Scene.ITERATION).orElseThrow();
    assertThat(open.groups().size()).as("borrowers and lenders alike").isEqualTo(4);
    assertThat(open.groups().digest()).isEqualTo(digest(SCENE, 0, 1, 2, 3));

    accounting.count(closing(open));
    assertThat(accounting.snapshot().toClose(Scene.ITERATION)).isEmpty();
    assertThat(accounting.snapshot().rolloutsClosed(Scene.ITERATION))
        .as("nothing is borrowed yet")
        .isFalse();
  }

  @RepeatedTest(50)
  void rolloutsAreClosedWithTheLastBorrowedRow(RepetitionInfo repetition) {
    List<Object> events = EVENTS.graded();
    events.addAll(EVENTS.borrowed());
    Collections.shuffle(events, new Random(repetition.getCurrentRepetition()));
    RunAccounting accounting = scene();
    for (Object event : events) {
      assertThat(accounting.snapshot().rolloutsClosed(Scene.ITERATION)).isFalse();
      accounting.count(event);
    }
    assertThat(accounting.snapshot().rolloutsClosed(Scene.ITERATION)).isTrue();

    // At 4, 3, 0 and 4 right: positives 5, 4, 1, 5; of the wrong 1 and 4 are own, 4 and 4 borrowed.
    Labels labels = accounting.snapshot().labels();
    assertThat(labels.all()).isEqualTo(new Labels.Count(15, 13, 8, 48, 40));
    assertThat(labels.byCorrect().get(4)).isEqualTo(new Labels.Count(10, 8, 8, 40, 40));
    assertThat(labels.borrowedShare()).isEqualTo(8 / 13.0);
  }

  @Test
  void withoutGroupsThatDependOnOthersThereIsNothingToClose() {
    Recipe alone =
        ConfigFile.parse(
            "alone",
            Scene.RECIPE_TEXT.replace("labelling: paper", "labelling: paper-no-synthetic"),
            Recipe.class,
            "NONE",
            Map.of());
    RunAccounting accounting = new RunAccounting(alone);
    accounting.seeded(SCENE.right().size());
    EVENTS.graded().stream()
        .filter(event -> !(event instanceof OpenGroup))
        .forEach(accounting::count);

    assertThat(accounting.snapshot().gradingClosed(Scene.ITERATION)).isTrue();
    assertThat(accounting.snapshot().toClose(Scene.ITERATION)).isEmpty();
    assertThat(accounting.snapshot().rolloutsClosed(Scene.ITERATION)).isTrue();
  }

  private static RunAccounting scene() {
    RunAccounting accounting = new RunAccounting(Scene.RECIPE);
    accounting.seeded(SCENE.right().size());
    return accounting;
  }

  private static Closing closing(OpenGroups open) {
    return Closing.newBuilder()
        .setId("scene/2")
        .setIteration(Scene.ITERATION)
        .setGroups(open.groups().size())
        .setDigest(open.groups().digest())
        .setCompletions(open.completions())
        .setTime(Instant.EPOCH)
        .build();
  }

  private static String digest(Scene scene, Integer... groups) {
    return Stream.of(groups)
        .map(i -> Ids.request(scene.problem(i), Scene.ITERATION))
        .reduce(IdMultiset.EMPTY, IdMultiset::with, IdMultiset::with)
        .digest();
  }

  private static String id(String name) {
    return Ids.hash(name);
  }

  private static Lineage lineage(String agent, int round) {
    return new Lineage(
        id("c0"), round == 0 ? null : id("p0"), agent, round, 0, null, null, null, Instant.EPOCH);
  }

  private static ProblemCandidate candidate(String id, String problemId, String agent, int round) {
    return new ProblemCandidate(
        id(id), id(problemId), "q", null, null, null, null, lineage(agent, round));
  }

  private static Problem problem(String id, String candidate, String agent, int round) {
    return new Problem(id(id), id(candidate), "q", null, null, null, lineage(agent, round));
  }

  private static StageOutcome outcome(String stage, String input, String problem, int outputs) {
    return new StageOutcome(
        Ids.outcome(stage, id(input)),
        stage,
        id(problem),
        id(input),
        0,
        OutcomeKind.DONE,
        null,
        outputs,
        Instant.EPOCH);
  }
}
