package orcaflow.cli.command;

import java.util.List;
import java.util.stream.Collectors;
import orcaflow.cli.run.Removed;
import orcaflow.schemas.log.UnreadableRecord;

/** What the accounts of a run lack, for a person to see: foreign records, and removed ones. */
final class Missing {

  private static final int SHOWN = 5;

  private Missing() {}

  /** Empty where nothing was removed; else a line that begins the text, and a line for each. */
  static String removed(List<Removed> removed) {
    return removed.isEmpty()
        ? ""
        : "%nATTENTION: the counts lack what was removed from the topics:".formatted()
            + removed.stream()
                .map(range -> "%n  %s".formatted(range))
                .collect(Collectors.joining());
  }

  /** Empty where there is none; else a line that begins the text, and a line for each. */
  static String unreadable(List<UnreadableRecord> records) {
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
