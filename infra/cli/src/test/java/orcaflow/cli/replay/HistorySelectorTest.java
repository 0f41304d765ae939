package orcaflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import orcaflow.cli.replay.HistorySelector.Offsets;
import orcaflow.cli.replay.HistorySelector.Span;
import orcaflow.cli.replay.HistorySelector.Times;
import orcaflow.cli.replay.HistorySelector.Version;
import orcaflow.cli.replay.HistorySelector.Whole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistorySelectorTest {

  @Test
  void aRunAloneIsAllOfIt() throws BadReplay {
    assertThat(HistorySelector.parse("main")).isEqualTo(new HistorySelector("main", new Whole()));
  }

  @Test
  void readsOffsetsWithAndWithoutTheirEnds() throws BadReplay {
    assertThat(HistorySelector.parse("main@0:100-200,2:-7,3:5-").part())
        .isEqualTo(
            new Offsets(
                new TreeMap<>(
                    Map.of(
                        0, new Span(100, OptionalLong.of(200)),
                        2, new Span(0, OptionalLong.of(7)),
                        3, new Span(5, OptionalLong.empty())))));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22, 2026-11-22T00:00:00Z",
    "2026-11-22T20:15, 2026-11-22T20:15:00Z",
    "2026-11-22T20:15:30Z, 2026-11-22T20:15:30Z",
    "2026-11-22T20:15+01:00, 2026-11-22T19:15:00Z"
  })
  void readsTimesAsUtcWhereNoZoneIsNamed(String text, Instant until) throws BadReplay {
    assertThat(HistorySelector.parse("main@" + text).part())
        .isEqualTo(new Times(Optional.empty(), Optional.of(until)));
  }

  @Test
  void readsAStretchOfTime() throws BadReplay {
    assertThat(HistorySelector.parse("main@2026-11-22..2026-11-23T12:00").part())
        .isEqualTo(
            new Times(
                Optional.of(Instant.parse("2026-11-22T00:00:00Z")),
                Optional.of(Instant.parse("2026-11-23T12:00:00Z"))));
  }

  @ParameterizedTest
  @CsvSource({"main@first", "main@4f1c09", "main@v1.2-b"})
  void whatIsNeitherOffsetsNorATimeIsAVersion(String text) throws BadReplay {
    assertThat(HistorySelector.parse(text).part()).isInstanceOf(Version.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "my run        | does not begin with the name of a run",
        "main@         | nothing stands behind '@'",
        "main@0:9-3    | '0:9-3' ends before it begins",
        "main@0:1-2,0: | '0:' is not partition:from-to",
        "main@0:1-2,0:4-5 | names its partition again",
        "main@2026-13-40  | '2026-13-40' is not a time"
      })
  void saysWhatIsWrong(String text, String sentence) {
    assertThatThrownBy(() -> HistorySelector.parse(text))
        .isInstanceOf(BadReplay.class)
        .hasMessageContaining(sentence);
  }
}
