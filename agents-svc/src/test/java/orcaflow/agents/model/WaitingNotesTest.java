package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.api.Test;

class WaitingNotesTest {

  private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");

  private final WaitingNotes notes = new WaitingNotes();

  @Test
  void beginningEachMinuteAndEndAreNoted() {
    assertThat(at(0)).isEmpty();
    assertThat(at(10, "a")).containsExactly("a waits");
    assertThat(at(20, "a")).isEmpty();
    assertThat(at(69, "a")).isEmpty();
    assertThat(at(70, "a")).containsExactly("a waits");
    assertThat(at(80)).containsExactly("a ended");
    assertThat(at(90)).isEmpty();
    assertThat(at(95, "a")).containsExactly("a waits");
  }

  @Test
  void endpointsAreNotedApart() {
    assertThat(at(0, "a")).containsExactly("a waits");
    assertThat(at(30, "a", "b")).containsExactly("b waits");
    assertThat(at(60, "a", "b")).containsExactly("a waits");
    assertThat(at(65, "b")).containsExactly("a ended");
  }

  private List<String> at(int second, String... endpoints) {
    Instant now = START.plusSeconds(second);
    List<Waiting> waits =
        Stream.of(endpoints)
            .map(name -> new Waiting(name, "answered 503", Remedy.WAIT, START, 3, now))
            .toList();
    return notes.of(waits, now).stream()
        .map(
            note -> {
              boolean ended = note.text().isEmpty();
              assertThat(ended || note.text().contains("answered 503")).isTrue();
              return note.endpoint() + (ended ? " ended" : " waits");
            })
        .toList();
  }
}
