package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orcaflow.events.GradedRollout;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Stages;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MovementsTest {

  private final Movements movements = new Movements();

  @Test
  void standsSinceTheFirstInputWhereNothingCame() {
    assertThat(movements.standsSince(Part.SOLVE)).isEmpty();
    movements.count(new Problem(), at(100));
    movements.count(new Problem(), at(130));
    assertThat(movements.standsSince(Part.SOLVE)).contains(at(100));
  }

  @Test
  void standsSinceItsOutputWhereInputsAreLeftFromBefore() {
    movements.count(new Problem(), at(100));
    movements.count(solved(), at(105));
    assertThat(movements.standsSince(Part.SOLVE)).contains(at(105));
    assertThat(movements.standsSince(Part.EXPAND)).contains(at(100));
  }

  @Test
  void aGradedGroupIsTheOutputOfGrade() {
    movements.count(new StudentRollout(), at(100));
    movements.count(new GradedRollout(), at(101));
    assertThat(movements.standsSince(Part.GRADE)).contains(at(101));
  }

  /** A part that was idle for an hour does not stand when an input comes. */
  @Test
  void standsSinceTheFirstInputAfterItsOutput() {
    movements.count(new Problem(), at(100));
    movements.count(solved(), at(105));
    movements.count(new Problem(), at(3700));
    movements.count(new Problem(), at(3701));
    assertThat(movements.standsSince(Part.SOLVE)).contains(at(3700));
  }

  @RepeatedTest(20)
  void theOrderOfReadingDoesNotMatter(RepetitionInfo repetition) {
    List<Map.Entry<Object, Integer>> events = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      events.add(Map.entry(new Problem(), 10 * i));
      events.add(Map.entry(solved(), 7 * i));
    }
    Collections.shuffle(events, new Random(repetition.getCurrentRepetition()));
    events.forEach(event -> movements.count(event.getKey(), at(event.getValue())));
    assertThat(movements.standsSince(Part.SOLVE)).contains(at(70));
  }

  private static StageOutcome solved() {
    return new StageOutcome(
        "id", Stages.SOLVE, "problem", "input", 0, OutcomeKind.DONE, null, 1, Instant.EPOCH);
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
