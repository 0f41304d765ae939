package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orcaflow.agents.model.WaitingNotes;
import orcaflow.events.RunLogEntry;

/** The endpoints that the agents wait for, as the run log says. */
public final class Waits {

  private Waits() {}

  /**
   * A wait.
   *
   * @param text a sentence, as of {@code noted}
   * @param current whether the note still holds; the agents repeat it once a minute
   */
  public record Wait(String endpoint, String text, Instant noted, boolean current) {

    /** As {@code status -o json} prints it. */
    public Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("endpoint", endpoint);
      facts.put("text", text);
      facts.put("noted", noted.toString());
      facts.put("current", current);
      return facts;
    }

    String line(Instant now) {
      return current
          ? "%s (%d s ago)".formatted(text, Math.max(0, Duration.between(noted, now).toSeconds()))
          : "last noted at %s, and no end of it: %s".formatted(noted, text);
    }
  }

  /** Those that have not ended. */
  public static List<Wait> in(RunLog log, Instant now) {
    Map<String, RunLogEntry> newest = new LinkedHashMap<>();
    for (RunLogEntry entry : log.entries()) {
      if (entry.getKind().equals(WaitingNotes.LOG_KIND)) {
        newest.put(entry.getName(), entry);
      }
    }
    Instant oldest = now.minus(WaitingNotes.REPEATED_AFTER.multipliedBy(2));
    return newest.values().stream()
        .filter(entry -> !entry.getText().isEmpty())
        .map(
            entry ->
                new Wait(
                    entry.getName(),
                    entry.getText(),
                    entry.getTime(),
                    entry.getTime().isAfter(oldest)))
        .toList();
  }

  /** A line for each, each after a line break. */
  public static String text(List<Wait> waits, Instant now) {
    StringBuilder text = new StringBuilder();
    waits.forEach(wait -> text.append("%n%s".formatted(wait.line(now))));
    return text.toString();
  }
}
