package orcaflow.schemas;

import java.time.Instant;
import orcaflow.events.RunLogEntry;

/** Entries of the run log that may come again with the same text: each time is an entry. */
public final class RunLogEntries {

  private RunLogEntries() {}

  /** An entry of this time. */
  public static RunLogEntry dated(String kind, String name, String text, Instant time) {
    return new RunLogEntry(
        Ids.runLogEntry(kind, name, text + "@" + time), kind, name, "", text, time);
  }
}
