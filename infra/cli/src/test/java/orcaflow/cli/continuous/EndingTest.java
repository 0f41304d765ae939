package orcaflow.cli.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndingTest {

  @ParameterizedTest
  @CsvSource({"90s, 90", "20m, 1200", "2h, 7200"})
  void aTimeHasAUnit(String text, long seconds) {
    assertThat(Ending.time("for", text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "m", "0m", "-1h", "1d", "1.5h", "20 m", "12345678s"})
  void anotherTextIsRefused(String text) {
    assertThatThrownBy(() -> Ending.time("for", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("for is '%s': give a number with s, m or h, for example 20m", text);
  }

  @Test
  void itEndsWithTheFirstOfTimeAndIteration() {
    Ending both = new Ending(Optional.of(Duration.ofMinutes(2)), OptionalInt.of(5));
    Ending never = new Ending(Optional.empty(), OptionalInt.empty());

    assertThat(both.reached(Duration.ofSeconds(119), 4)).isFalse();
    assertThat(both.reached(Duration.ofSeconds(120), 4)).isTrue();
    assertThat(both.reached(Duration.ofSeconds(1), 5)).isTrue();
    assertThat(never.reached(Duration.ofDays(1_000), 100_000)).isFalse();
  }
}
