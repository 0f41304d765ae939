package orcaflow.cli.command;

import java.util.List;
import java.util.stream.Collectors;
import orcaflow.schemas.log.UnreadableRecord;

/** Records that are no events of their topic, for a person who did not write them. */
public final class Unreadable {

  private static final int SHOWN = 5;

  private Unreadable() {}

  /** Empty where there is none; else a line that begins the text, and a line for each. */
  public static String text(List<UnreadableRecord> records) {
    if (records.isEmpty()) {
      return "";
    }
    String shown =
        records.stream()
            .limit(SHOWN)
            .map(record -> "%n  %s".formatted(record))
            .collect(Collectors.joining());
    String rest =
        records.size() > SHOWN ? "%n  and %,d more".formatted(records.size() - SHOWN) : "";
    return "%nATTENTION: %,d unreadable record%s left out, as no part of this pipeline wrote %s%s%s"
        .formatted(
            records.size(),
            records.size() == 1 ? "" : "s",
            records.size() == 1 ? "it:" : "them:",
            shown,
            rest);
  }
}
