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

  private static final ReplaySpec.Settings SETTINGS =
      new ReplaySpec.Settings("main@first", "paper@1", "kto@2", "M1", "benchmark.jsonl@3", 0);
  private static final ReplaySpec SPEC =
      new ReplaySpec(
          SETTINGS,
          1,
          new History(
              2,
              List.of(
                  new Range(Topics.GRADED_ROLLOUTS.name(), 0, 3, 9),
                  new Range(Topics.GRADED_ROLLOUTS.name(), 1, 0, 4))));

  /** The run log of a replay that began under an earlier version must be read, and matched. */
  @Test
  void keepsItsFormInTheRunLog() {
    assertThat(SPEC.entry().getText())
        .startsWith(
            """
            {"told":{"from":"main@first","labelling":"paper@1","recipe":"kto@2","fromPolicy":"M1",\
            "benchmark":"benchmark.jsonl@3"},"start":""");
  }

  @Test
  void isReadFromTheRunLogAsItWasWritten() throws BadReplay {
    assertThat(ReplaySpec.in(List.of(RunControl.entry("recipe", "kto", "", ""), SPEC.entry()), "a"))
        .contains(SPEC);
  }

  @Test
  void otherRulesAreOtherVerdicts() throws BadReplay {
    ReplaySpec.Settings regraded =
        new ReplaySpec.Settings("main@first", "paper@1", "kto@2", "M1", "benchmark.jsonl@3", 4);
    ReplaySpec spec = new ReplaySpec(regraded, SPEC.start(), SPEC.history());
    assertThat(ReplaySpec.in(List.of(spec.entry()), "a")).contains(spec);
    assertThatThrownBy(() -> regraded.require(SETTINGS, "a"))
        .isInstanceOf(BadReplay.class)
        .hasMessageContaining("'a' is a replay with --regrade (rules) 4, and this command says 0");
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
    assertThatCode(() -> SETTINGS.require(SETTINGS, "a")).doesNotThrowAnyException();
    ReplaySpec.Settings other =
        new ReplaySpec.Settings(
            "main@first", "teacher-only@4", "kto@2", "M1", "benchmark.jsonl@3", 0);
    assertThatThrownBy(() -> SETTINGS.require(other, "a"))
        .isInstanceOf(BadReplay.class)
        .hasMessage(
            "'a' is a replay with --labelling paper@1, and this command says teacher-only@4: use another --to");
  }
}
