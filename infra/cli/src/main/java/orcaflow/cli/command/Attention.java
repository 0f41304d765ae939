package orcaflow.cli.command;

import java.util.List;
import java.util.stream.Collectors;
import orcaflow.cli.run.Removed;
import orcaflow.cli.run.Standstill;
import orcaflow.schemas.log.UnreadableRecord;

/** What a person should know of a run: what stands, and what its counts lack. */
final class Attention {

  private static final int SHOWN = 5;

  private Attention() {}

  /** Empty where all that has inputs moves; else a line that begins the text, and one for each. */
  static String movement(List<Standstill> standing) {
    return block("these do not move:", standing);
  }

  /** Empty where nothing was removed; else a line that begins the text, and a line for each. */
  static String removed(List<Removed> removed) {
    return block("the counts lack what was removed from the topics:", removed);
  }

  private static String block(String head, List<?> lines) {
    return lines.isEmpty()
        ? ""
        : "%nATTENTION: ".formatted()
            + head
            + lines.stream().map(line -> "%n  %s".formatted(line)).collect(Collectors.joining());
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
