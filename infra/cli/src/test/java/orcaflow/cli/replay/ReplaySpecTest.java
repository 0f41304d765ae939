package orcaflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import orcaflow.cli.replay.History.Range;
import orcaflow.cli.run.RunControl;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.Test;

class ReplaySpecTest {

  private static final ReplaySpec.Told TOLD =
      new ReplaySpec.Told("main@first", "paper@1", "kto@2", "M1", "benchmark.jsonl@3");
  private static final ReplaySpec PINNED =
      new ReplaySpec(
          TOLD,
          1,
          new History(
              2,
              List.of(
                  new Range(Topics.GRADED_ROLLOUTS.name(), 0, 3, 9),
                  new Range(Topics.GRADED_ROLLOUTS.name(), 1, 0, 4))));

  @Test
  void isReadFromTheRunLogAsItWasWritten() throws BadReplay {
    assertThat(
            ReplaySpec.in(List.of(RunControl.entry("recipe", "kto", "", ""), PINNED.entry()), "a"))
        .contains(PINNED);
  }

  @Test
  void anEmptyRunLogHasNone() throws BadReplay {
    assertThat(ReplaySpec.in(List.of(), "a")).isEmpty();
  }

  @Test
  void aRunThatIsNoReplayIsRefused() {
    assertThatThrownBy(
            () -> ReplaySpec.in(List.of(RunControl.entry("recipe", "kto", "", "")), "main"))
        .isInstanceOf(BadReplay.class)
        .hasMessage("run 'main' is there already, and is no replay: use another --to");
  }

  @Test
  void theSameCommandGoesOnAndAnotherIsRefused() {
    assertThatCode(() -> TOLD.require(TOLD, "a")).doesNotThrowAnyException();
    ReplaySpec.Told other =
        new ReplaySpec.Told("main@first", "teacher-only@4", "kto@2", "M1", "benchmark.jsonl@3");
    assertThatThrownBy(() -> TOLD.require(other, "a"))
        .isInstanceOf(BadReplay.class)
        .hasMessage(
            "'a' is a replay with --policy paper@1, and this command says teacher-only@4: use another --to");
  }
}
