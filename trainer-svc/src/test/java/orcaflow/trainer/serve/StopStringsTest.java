package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopStringsTest {

  @ParameterizedTest
  @CsvSource({
    "'#### 26', '#### 26'",
    "'one. two', 'one'",
    "'26 END. x', '26 '",
    "'26\nUSER:\nAnd now?', '26'",
    "'', ''",
  })
  void aTextEndsBeforeTheFirstStop(String text, String cut) {
    assertThat(StopStrings.of(List.of(".", "END")).cut(text)).isEqualTo(cut);
  }

  @Test
  void tokensEndWithTheOneThatCompletesAStop() {
    List<String> pieces = List.of("2", "6", "\nUS", "ER", ": a", "nd");
    StopStrings stops = StopStrings.of(List.of());
    int[] ids = {0, 1, 2, 3, 4, 5};

    assertThat(stops.rule(i -> text(pieces, i)).end(ids, 0)).isEqualTo(OptionalInt.of(5));
    assertThat(stops.rule(i -> text(pieces, i)).end(new int[] {0, 1, 2, 3}, 2)).isEmpty();
  }

  private static String text(List<String> pieces, int[] ids) {
    return String.join("", Arrays.stream(ids).mapToObj(pieces::get).toList());
  }
}
