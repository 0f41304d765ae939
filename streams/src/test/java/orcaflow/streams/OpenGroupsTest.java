package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orcaflow.events.Closing;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.admit.Benchmarks;
import orcaflow.streams.close.CloseProcessor;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups that lack something, and groups that depend on others. */
class OpenGroupsTest {

  private static final Duration GRACE = Duration.ofSeconds(31);
  private static final String QUESTION = "How many?";
  private static final StudentRollout WHOLE =
      Events.rollout(QUESTION, 2, "#### 7", "#### 8", "#### 7", "#### 9");

  @TempDir Path folder;
  private int drivers;

  @Test
  void aGroupThatLacksARolloutGoesOutAfterTheGraceTimeAndIsCompletedByTheLateOne() {
    try (FlowDriver flow = driver("paper-no-synthetic", Judge.OFF)) {
      flow.pipe(Events.solution(QUESTION, "7"), Events.part(WHOLE, 0, 0, 1, 3));
      assertThat(flow.out(Topics.GRADED_ROLLOUTS)).isEmpty();
      flow.pass(GRACE);

      GradedRollout partial = flow.out(Topics.GRADED_ROLLOUTS).get(0);
      assertThat(partial.getId()).isEqualTo(WHOLE.getId());
      assertThat(partial.getMissing()).isEqualTo("of 4 rollouts 2 did not come");
      assertThat(indexes(partial)).containsExactly(0, 1, 3);
      assertThat(flow.out(Topics.LABELLED_COMPLETIONS)).isEmpty();
      assertThat(flow.count("orcaflow.grade.partial")).isEqualTo(1);

      flow.pipe(Events.part(WHOLE, 1, 2, 3));
      GradedRollout rest = flow.out(Topics.GRADED_ROLLOUTS).get(1);
      assertThat(rest.getId()).isEqualTo(Ids.revision(WHOLE.getId(), 1));
      assertThat(rest.getMissing()).isNull();
      assertThat(indexes(rest)).containsExactly(2);
      assertThat(flow.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(rowsOfWhole("paper-no-synthetic"));
      assertThat(flow.entries("grade-open")).isZero();
      assertThat(flow.entries("grade-sent")).isZero();
      assertThat(flow.entries("close-waiting")).isZero();
    }
  }

  @Test
  void aLateRolloutWithinTheGraceTimeLeavesNoTrace() {
    try (FlowDriver flow = driver("paper-no-synthetic", Judge.OFF)) {
      flow.pipe(
          Events.part(WHOLE, 1, 2, 3), Events.solution(QUESTION, "7"), Events.part(WHOLE, 0, 0, 1));
      flow.pass(GRACE);

      assertThat(flow.ids(Topics.GRADED_ROLLOUTS)).containsExactly(WHOLE.getId());
      assertThat(flow.out(Topics.GRADED_ROLLOUTS).get(0).getMissing()).isNull();
      assertThat(flow.out(Topics.OPEN_GROUPS)).isEmpty();
      assertThat(flow.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(rowsOfWhole("paper-no-synthetic"));
      assertThat(flow.entries("grade-deadlines")).isZero();
    }
  }

  @Test
  void aVerdictThatDoesNotComeMakesAPartialGroup() {
    StudentRollout group = Events.part(Events.rollout(QUESTION, 2, "#### 7", "#### red"), 0, 0, 1);
    try (FlowDriver flow = driver("paper-no-synthetic", Judge.UNDECIDED)) {
      flow.pipe(group, Events.solution(QUESTION, "7"));
      flow.pass(GRACE);
      flow.pipe(
          Events.verdict(group, 1, VerdictValue.MISMATCH),
          Events.verdict(group, 1, VerdictValue.MISMATCH),
          Events.verdict(group, 1, VerdictValue.MISMATCH));

      assertThat(flow.out(Topics.GRADED_ROLLOUTS))
          .extracting(GradedRollout::getMissing, GradedRollout::getRevision)
          .containsExactly(tuple("no verdict on 1", 0), tuple(null, 1));
      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS)).hasSize(3);
      assertThat(flow.entries("grade-verdicts")).isZero();
    }
  }

  @Test
  void aPartialGroupIsLabelledAsItIsWhenItsIterationIsClosed() {
    try (FlowDriver flow = driver("paper", Judge.OFF)) {
      flow.pipe(Events.solution(QUESTION, "7"), Events.part(WHOLE, 0, 0, 1, 3));
      flow.pass(GRACE);
      flow.close(2);
      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS)).hasSize(4);

      flow.pipe(Events.part(WHOLE, 1, 2));
      assertThat(flow.out(Topics.GRADED_ROLLOUTS)).hasSize(2);
      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS)).hasSize(4);
      assertThat(flow.out(Topics.STAGE_OUTCOMES))
          .extracting(outcome -> outcome.getReason())
          .contains("came after its iteration was closed");
    }
  }

  /** The rollouts that come late would make one group borrow, and another lend. */
  @Test
  void whatComesAfterTheClosingIsInNoRowNeitherThenNorWhenTheHistoryIsLabelledAgain() {
    try (FlowDriver flow = driver("paper", Judge.OFF)) {
      SampleProblems.of(new Random(5), 20).forEach(flow::pipe);
      StudentRollout right = late(flow, "Right?", "#### 7", "#### 7", "#### 7", "#### 7");
      StudentRollout wrong = late(flow, "Wrong?", "#### 7", "#### 7", "#### 7", "#### 8");
      flow.pass(GRACE);
      flow.close(2);
      Map<String, String> rows = flow.contents(Topics.LABELLED_COMPLETIONS);
      Map<String, String> pairs = flow.contents(Topics.PREFERENCE_PAIRS);
      flow.pipe(Events.part(right, 1, 3), Events.part(wrong, 1, 3));
      flow.tick();

      assertThat(flow.contents(Topics.LABELLED_COMPLETIONS)).isEqualTo(rows);
      assertThat(flow.contents(Topics.PREFERENCE_PAIRS)).isEqualTo(pairs);
      List<GradedRollout> history = flow.out(Topics.GRADED_ROLLOUTS);
      assertThat(lateIds(flow))
          .containsExactlyInAnyOrder(
              Ids.revision(right.getId(), 1), Ids.revision(wrong.getId(), 1));
      assertThat(labelledAgain(history, lateIds(flow))).isEqualTo(rows);
      assertThat(labelled(history)).as("as if nothing had been late").isNotEqualTo(rows);
    }
  }

  @Test
  void aWholeGroupThatComesAfterTheClosingGivesItsOwnRowsAndNeitherLendsNorBorrows() {
    try (FlowDriver flow = driver("paper", Judge.OFF)) {
      SampleProblems.of(new Random(5), 20).forEach(flow::pipe);
      flow.pass(GRACE);
      flow.close(2);
      int before = flow.ids(Topics.LABELLED_COMPLETIONS).size();
      flow.pipe(
          Events.solution("Right?", "7"),
          Events.rollout("Right?", 2, "#### 7", "#### 7", "#### 7", "#### 7"),
          Events.solution("Wrong?", "7"),
          Events.rollout("Wrong?", 2, "#### 7", "#### 7", "#### 7", "#### 8"));
      flow.tick();

      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS)).hasSize(before + 5 + 5);
      assertThat(lateIds(flow)).hasSize(2);
      assertThat(labelledAgain(flow.out(Topics.GRADED_ROLLOUTS), lateIds(flow)))
          .isEqualTo(flow.contents(Topics.LABELLED_COMPLETIONS));
    }
  }

  /** Which of two topics is read first decides nothing: the closing names what was there. */
  @Test
  void aClosingWaitsForTheRolloutsThatCompletedAGroupBeforeIt() {
    try (FlowDriver flow = driver("paper", Judge.OFF)) {
      flow.pipe(Events.solution(QUESTION, "7"), Events.part(WHOLE, 0, 0, 1, 3));
      flow.pass(GRACE);
      flow.pipe(
          Closing.newBuilder(Events.closing(2, flow.out(Topics.OPEN_GROUPS)))
              .setCompletions(1)
              .build());
      flow.tick();
      assertThat(flow.out(Topics.LABELLED_COMPLETIONS)).isEmpty();
      flow.pipe(Events.part(WHOLE, 1, 2));
      flow.tick();

      assertThat(flow.ids(Topics.LABELLED_COMPLETIONS)).hasSize(5);
      assertThat(lateIds(flow)).isEmpty();
      assertThat(labelled(flow.out(Topics.GRADED_ROLLOUTS)))
          .isEqualTo(flow.contents(Topics.LABELLED_COMPLETIONS));
    }
  }

  private static StudentRollout late(FlowDriver flow, String question, String... texts) {
    StudentRollout whole = Events.rollout(question, 2, texts);
    flow.pipe(Events.solution(question, "7"), Events.part(whole, 0, 0, 1, 2));
    return whole;
  }

  private static Set<String> lateIds(FlowDriver flow) {
    return flow.out(Topics.STAGE_OUTCOMES).stream()
        .filter(CloseProcessor::isLate)
        .map(StageOutcome::getInputId)
        .collect(Collectors.toSet());
  }

  @Test
  void aClosingThatComesBeforeTheGroupsWaitsForThem() {
    List<SpecificRecord> inputs = SampleProblems.of(new Random(5), 20);
    try (FlowDriver first = driver("paper", Judge.OFF);
        FlowDriver second = driver("paper", Judge.OFF)) {
      inputs.forEach(first::pipe);
      first.pass(GRACE);
      first.close(2);
      second.pipe(Events.closing(2, first.out(Topics.OPEN_GROUPS)));
      inputs.forEach(second::pipe);
      second.pass(GRACE);
      second.pass(GRACE);

      assertThat(second.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(first.contents(Topics.LABELLED_COMPLETIONS));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shuffledTripledLateAndPartialInputsGiveTheRowsOfOrderedOnes(long seed) {
    List<SpecificRecord> ordered = SampleProblems.of(new Random(9), 24);
    Random random = new Random(seed);
    List<SpecificRecord> mixed = SampleProblems.mixed(ordered, random);
    try (FlowDriver plain = driver("paper", Judge.OFF);
        FlowDriver rough = driver("paper", Judge.OFF)) {
      ordered.forEach(plain::pipe);
      plain.pass(GRACE);
      plain.close(2);
      for (SpecificRecord input : mixed) {
        rough.pipe(input);
        rough.pass(random.nextInt(8) == 0 ? GRACE : Duration.ZERO);
      }
      rough.pass(GRACE);
      rough.close(2);

      assertThat(rough.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(plain.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(labelled(rough.out(Topics.GRADED_ROLLOUTS)));
      assertThat(rough.contents(Topics.PREFERENCE_PAIRS))
          .isEqualTo(plain.contents(Topics.PREFERENCE_PAIRS));
      assertThat(merged(rough)).isEqualTo(merged(plain));
      rough.ids(Topics.STAGE_OUTCOMES);
      assertStoresHoldOpenProblemsOnly(rough);
    }
  }

  @Test
  void aSetThatNobodyClosesIsClosedWhenItIsQuiet() {
    try (FlowDriver flow =
        new FlowDriver(
            Events.recipe(1),
            StreamsConfig.embedded(folder).closingAfter(60),
            Labelling.named("paper"))) {
      SampleProblems.of(new Random(5), 20).forEach(flow::pipe);
      flow.pass(GRACE);
      flow.pass(Duration.ofSeconds(100));
      flow.tick();
      flow.tick();
      flow.tick();

      assertThat(flow.contents(Topics.LABELLED_COMPLETIONS))
          .isEqualTo(labelled(flow.out(Topics.GRADED_ROLLOUTS)));
      assertThat(flow.entries("close-donors")).isZero();
    }
  }

  /** The rollouts of two groups never come; everything else is finished and must not be kept. */
  private static void assertStoresHoldOpenProblemsOnly(FlowDriver flow) {
    long partial =
        merged(flow).values().stream().filter(text -> text.endsWith("did not come")).count();
    assertThat(partial).isEqualTo(2);
    assertThat(flow.entries("grade-open")).isEqualTo(partial);
    assertThat(flow.entries("grade-sent")).isEqualTo(partial);
    assertThat(flow.entries("grade-solutions")).isEqualTo(partial);
    for (String store :
        List.of("grade-verdicts", "grade-deadlines", "close-waiting", "close-donors")) {
      assertThat(flow.entries(store)).as(store).isZero();
    }
    assertThat(flow.entries("close-sets")).isEqualTo(1);
  }

  private FlowDriver driver(String labelling, Judge judge) {
    return new FlowDriver(
        Events.recipe(1),
        judge,
        folder.resolve("state-" + drivers++),
        Benchmarks.read(List.of()),
        Labelling.named(labelling));
  }

  private static Map<String, String> merged(FlowDriver flow) {
    return SampleProblems.merged(flow.out(Topics.GRADED_ROLLOUTS));
  }

  private static Map<String, String> labelled(List<GradedRollout> events) {
    return labelledAgain(events, Set.of());
  }

  private static Map<String, String> labelledAgain(List<GradedRollout> events, Set<String> late) {
    ClosedSet set = new ClosedSet(Labelling.named("paper"));
    for (GradedRollout event : events) {
      if (late.contains(event.getId())) {
        set.addLate(event);
      } else {
        set.add(event);
      }
    }
    Map<String, String> rows = new TreeMap<>();
    for (GradedRollout event : events) {
      for (LabelledCompletion row : set.rows(event).labelled()) {
        rows.put(row.getId(), row.toString());
      }
    }
    return rows;
  }

  private static Map<String, String> rowsOfWhole(String labelling) {
    try (FlowDriver flow =
        new FlowDriver(
            Events.recipe(1),
            StreamsConfig.embedded(Path.of("target/whole")),
            Labelling.named(labelling))) {
      flow.pipe(Events.solution(QUESTION, "7"), WHOLE);
      return flow.contents(Topics.LABELLED_COMPLETIONS);
    }
  }

  private static List<Integer> indexes(GradedRollout group) {
    return group.getCompletions().stream().map(GradedCompletion::getIndex).toList();
  }
}
