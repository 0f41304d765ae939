package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import orcaflow.events.OutcomeKind;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.grade.Judge;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stages together: the same events in any order, with repeats and after restarts. */
class FlowTest {

  private static final String APPLES = "Tom has 4 apples and buys 3. How many has he?";
  private static final String PEARS = "Ann has 9 pears and eats 2. How many has she?";
  private static final String PLUMS = "Bob finds 5 plums in each of 2 bags. How many?";

  @TempDir Path folder;
  private int drivers;

  @Test
  void theBooksOfARunClose() {
    try (FlowDriver flow = driver()) {
      everything().forEach(flow::pipe);
      flow.pipe(Events.policy(1), Events.policy(2));

      Map<String, Set<String>> ids = flow.allIds();
      assertThat(ids.get("problems")).hasSize(3);
      assertThat(ids.get("rejected-candidates")).hasSize(4);
      assertThat(ids.get("rollout-requests")).hasSize(6);
      assertThat(ids.get("graded-rollouts")).hasSize(4);
      assertThat(ids.get("demonstrations")).hasSize(2);
      List<StageOutcome> outcomes = flow.out(Topics.STAGE_OUTCOMES);
      assertThat(sum(outcomes, "demonstrate")).isEqualTo(ids.get("demonstrations").size());
      assertThat(sum(outcomes, "pair"))
          .isEqualTo(ids.get("labelled-completions").size() + ids.get("preference-pairs").size());
      assertThat(outcomes)
          .filteredOn(outcome -> outcome.getInputId().equals(Ids.solution(Ids.problem(PLUMS))))
          .extracting(StageOutcome::getOutcome, StageOutcome::getReason, StageOutcome::getOutputs)
          .containsExactly(tuple(OutcomeKind.SKIPPED, "CONTRADICTS_EXPECTED", 0));
      assertThat(flow.entries("grade-open")).isZero();
      assertThat(flow.entries("grade-verdicts")).isZero();
      assertThat(flow.entries("grade-closed")).isEqualTo(4);
      assertThat(flow.count("orcaflow.pair.rows", "kind", "demonstration")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theOrderOfArrivalDoesNotMatter(long seed) {
    assertThat(idsAfter(shuffled(everything(), seed))).isEqualTo(idsAfter(everything()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void inputsThatComeThreeTimesDoNothingMore(long seed) {
    List<SpecificRecord> thrice = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      thrice.addAll(everything());
    }

    assertThat(idsAfter(shuffled(thrice, seed))).isEqualTo(idsAfter(everything()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 10, 13, 15})
  void aRestartInTheMiddleChangesNothing(int after) {
    List<SpecificRecord> events = shuffled(everything(), 77);
    Map<String, Set<String>> whole = idsAfter(events);
    try (FlowDriver first = driver();
        FlowDriver second = driver()) {
      events.subList(0, after).forEach(first::pipe);
      first.handStoresTo(second);
      // The records read last before the crash are read again.
      events.subList(Math.max(0, after - 3), events.size()).forEach(second::pipe);
      second.pipe(Events.policy(1), Events.policy(2));

      whole.forEach(
          (topic, expected) -> {
            List<String> both = new ArrayList<>(first.allIds().get(topic));
            both.addAll(second.allIds().get(topic));
            assertThat(both).as(topic).containsExactlyInAnyOrderElementsOf(expected);
          });
    }
  }

  @Test
  void aRecordThatIsNoEventIsPassedOver() {
    try (FlowDriver flow = driver()) {
      flow.pipeRaw(Topics.PROBLEM_CANDIDATES, "k", "not Avro".getBytes(StandardCharsets.UTF_8));
      flow.pipeRaw(Topics.STUDENT_ROLLOUTS, "k", null);
      flow.pipe(Events.candidate("c1", APPLES));

      assertThat(flow.ids(Topics.PROBLEMS)).hasSize(1);
    }
  }

  /** Two iterations of three problems, with duplicates, bad rows, and a judge for some. */
  private static List<SpecificRecord> everything() {
    StudentRollout doubtful = Events.rollout(PEARS, 2, "#### red", "#### 7", "#### 8");
    return List.of(
        Events.candidate("c1", APPLES),
        Events.candidate("c2", PEARS),
        Events.candidate("c3", PLUMS),
        Events.candidate("c4", APPLES),
        Events.candidate("c5", APPLES + "!"),
        Events.malformed("c6", "{", "s.jsonl:6: not JSON"),
        Events.candidate("c7", "Short?"),
        Events.solution(APPLES, "7"),
        Events.solution(PEARS, "7"),
        Events.unusable(PLUMS, Optional.empty()),
        Events.rollout(APPLES, 2, "#### 7", "#### 8", "#### 7", "#### 9"),
        Events.rollout(APPLES, 3, "#### 7", "#### 7", "#### 7", "#### 7"),
        doubtful,
        Events.rollout(PLUMS, 2, "#### 10", "#### 10", "#### 10", "#### 10"),
        Events.verdict(doubtful, 0, VerdictValue.MISMATCH));
  }

  private FlowDriver driver() {
    return new FlowDriver(
        Events.recipe(1, 1), Judge.UNDECIDED, folder.resolve("state-" + drivers++), List.of());
  }

  /** The policies come last, as in a complete run, so that nothing comes too late. */
  private Map<String, Set<String>> idsAfter(List<SpecificRecord> events) {
    try (FlowDriver flow = driver()) {
      events.forEach(flow::pipe);
      flow.pipe(Events.policy(1), Events.policy(2));
      return flow.allIds();
    }
  }

  private static List<SpecificRecord> shuffled(List<SpecificRecord> events, long seed) {
    List<SpecificRecord> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  private static int sum(List<StageOutcome> outcomes, String stage) {
    return outcomes.stream()
        .filter(outcome -> outcome.getStage().equals(stage))
        .mapToInt(StageOutcome::getOutputs)
        .sum();
  }
}
