package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import orcaflow.events.RunLogEntry;
import org.junit.jupiter.api.Test;

class WaitsTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @Test
  void theNewestNoteOfAnEndpointCounts() {
    RunLog log =
        new RunLog(
            List.of(
                entry("recipe", "short", "name: short", 900),
                entry("waiting", "a", "waiting for a for 5 s", 100),
                entry("waiting", "b", "waiting for b for 5 s", 95),
                entry("waiting", "b", "", 60),
                entry("waiting", "a", "waiting for a for 65 s", 40)));
    List<Waits.Wait> waits = Waits.in(log, NOW);
    assertThat(waits).extracting(Waits.Wait::endpoint).containsExactly("a");
    assertThat(Waits.text(waits, NOW)).isEqualTo("%nwaiting for a for 65 s (40 s ago)".formatted());
  }

  @Test
  void aNoteThatNobodyRepeatsIsOfADeadProcess() {
    List<Waits.Wait> waits =
        Waits.in(new RunLog(List.of(entry("waiting", "a", "waiting for a", 121))), NOW);
    assertThat(Waits.text(waits, NOW))
        .isEqualTo(
            "%nlast noted at 2026-11-26T11:57:59Z, and no end of it: waiting for a".formatted());
  }

  private static RunLogEntry entry(String kind, String name, String text, int secondsAgo) {
    return new RunLogEntry(
        kind + name + secondsAgo, kind, name, "", text, NOW.minusSeconds(secondsAgo));
  }
}
