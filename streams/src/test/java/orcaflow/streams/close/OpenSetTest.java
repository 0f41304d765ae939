package orcaflow.streams.close;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import orcaflow.events.Closing;
import orcaflow.streams.close.OpenSet.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSetTest {

  private static final String ONE = "0000000000000001";
  private static final String TWO = "0000000000000002";

  /** A set of the groups 1 and 2 and some completions, against the numbers of a closing. */
  @ParameterizedTest
  @CsvSource({
    "2, 3, 0, 0, true",
    "2, 3, 1, 1, true",
    "2, 3, 2, 1, true",
    "2, 3, 0, 1, false",
    "3, 3, 0, 0, false",
    "2, 4, 0, 0, false",
  })
  void isWholeWhenAllIsThereThatTheClosingNames(
      long groups, String digest, int completions, long named, boolean whole) {
    OpenSet set = OpenSet.EMPTY.with(ONE).with(TWO);
    for (int i = 0; i < completions; i++) {
      set = set.withCompletion();
    }
    assertThat(set.isWhole()).as("nobody said so").isFalse();
    OpenSet expecting = set.expecting(closing(groups, digest, named));
    assertThat(expecting.isWhole()).isEqualTo(whole);
    assertThat(expecting.in(Phase.CLOSING).isWhole()).isFalse();
  }

  @Test
  void isOverOnceItIsClosedByAClosing() {
    OpenSet expecting = OpenSet.EMPTY.with(ONE).expecting(closing(1, "1", 0));
    assertThat(expecting.isOver()).isFalse();
    assertThat(expecting.in(Phase.CLOSING).isOver()).isTrue();
    assertThat(expecting.in(Phase.CLOSED).isOver()).isTrue();
    assertThat(OpenSet.EMPTY.with(ONE).in(Phase.CLOSING).isOver()).as("closed as quiet").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 OPEN - 0", "2 ffffffffffffffff OPEN - 3", "2 3 CLOSED 2 3 4 1"})
  void readsWhatItWrites(String text) {
    assertThat(OpenSet.parse(text).text()).isEqualTo(text);
  }

  @Test
  void readsAStoreFromBeforeCompletionsWereCounted() {
    assertThat(OpenSet.parse("2 3 OPEN -")).isEqualTo(OpenSet.EMPTY.with(ONE).with(TWO));
    assertThat(OpenSet.parse("2 3 OPEN 2 3"))
        .isEqualTo(OpenSet.EMPTY.with(ONE).with(TWO).expecting(closing(2, "3", 0)));
  }

  private static Closing closing(long groups, String digest, long completions) {
    return new Closing("run/2", 2, groups, digest, completions, Instant.EPOCH);
  }
}
