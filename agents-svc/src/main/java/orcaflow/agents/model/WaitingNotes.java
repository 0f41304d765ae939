package orcaflow.agents.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides what a log says of endpoints that are waited for: that a wait began, once a minute that
 * it lasts, and that it ended. Not thread-safe.
 */
public final class WaitingNotes {

  /** Kind of the run log's entries: the name is an endpoint, the text a sentence. */
  public static final String LOG_KIND = "waiting";

  /** How long a note holds while the wait lasts. */
  public static final Duration REPEATED_AFTER = Duration.ofMinutes(1);

  private final Map<String, Instant> noted = new HashMap<>();

  /**
   * A note.
   *
   * @param text a sentence; empty when the wait has ended
   */
  public record Note(String endpoint, String text) {}

  /**
   * What is to be noted now.
   *
   * @param waits those that are no ordinary ones any more
   */
  public List<Note> of(Collection<Waiting> waits, Instant now) {
    List<Note> notes = new ArrayList<>();
    List<String> ended = new ArrayList<>(noted.keySet());
    for (Waiting wait : waits) {
      ended.remove(wait.endpoint());
      Instant last = noted.get(wait.endpoint());
      if (last == null || !last.plus(REPEATED_AFTER).isAfter(now)) {
        noted.put(wait.endpoint(), now);
        notes.add(new Note(wait.endpoint(), wait.sentence(now)));
      }
    }
    for (String endpoint : ended) {
      noted.remove(endpoint);
      notes.add(new Note(endpoint, ""));
    }
    return notes;
  }
}
