package orcaflow.cli.replay;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of which run's history, as it is written on the command line:
 *
 * <pre>
 * main                              all that is committed now
 * main@0:100-200,1:0-               offsets of graded-rollouts, partition:from-to, the end left out
 * main@2026-11-22T20:00Z            what was written before then
 * main@2026-11-22..2026-11-23       what was written between (UTC where no zone is named)
 * main@first, main@4f1c09           a dataset version, by name or by hash
 * </pre>
 */
public record HistorySelector(String run, Part part) {

  private static final Pattern OFFSETS = Pattern.compile("(\\d+):(\\d*)-(\\d*)");
  private static final String UNTIL = "..";

  /** The part of the history. */
  public sealed interface Part {}

  /** All of it. */
  public record Whole() implements Part {}

  /** Half-open ranges of the partitions of graded-rollouts; partitions not named are not read. */
  public record Offsets(SortedMap<Integer, Span> spans) implements Part {}

  /** By the time of writing, from the first until before the second. */
  public record Times(Optional<Instant> from, Optional<Instant> until) implements Part {}

  /** What a dataset version holds. */
  public record Version(String name) implements Part {}

  /** From an offset to before another, or to the end. */
  public record Span(long from, OptionalLong to) {}

  /**
   * Reads what was written.
   *
   * @throws BadReplay saying what is wrong with it
   */
  public static HistorySelector parse(String text) throws BadReplay {
    int at = text.indexOf('@');
    String run = at < 0 ? text : text.substring(0, at);
    if (!run.matches("[A-Za-z0-9_-]{1,60}")) {
      throw new BadReplay(
          "'%s' does not begin with the name of a run: use 1 to 60 letters, digits, '-' and '_'"
              .formatted(text));
    }
    return new HistorySelector(run, at < 0 ? new Whole() : part(text.substring(at + 1)));
  }

  private static Part part(String text) throws BadReplay {
    if (text.isBlank()) {
      throw new BadReplay("nothing stands behind '@': give offsets, a time or a dataset version");
    }
    if (OFFSETS.matcher(text).lookingAt()) {
      return offsets(text);
    }
    int until = text.indexOf(UNTIL);
    if (until >= 0) {
      return new Times(
          Optional.of(time(text.substring(0, until))),
          Optional.of(time(text.substring(until + UNTIL.length()))));
    }
    return text.matches("\\d{4}-\\d{2}-\\d{2}.*")
        ? new Times(Optional.empty(), Optional.of(time(text)))
        : new Version(text);
  }

  private static Part offsets(String text) throws BadReplay {
    SortedMap<Integer, Span> spans = new TreeMap<>();
    for (String piece : text.split(",")) {
      Matcher span = OFFSETS.matcher(piece.strip());
      if (!span.matches()) {
        throw new BadReplay("'%s' is not partition:from-to, such as 0:100-200".formatted(piece));
      }
      long from = span.group(2).isEmpty() ? 0 : Long.parseLong(span.group(2));
      OptionalLong to =
          span.group(3).isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(span.group(3)));
      if (to.isPresent() && to.getAsLong() < from
          || spans.put(Integer.valueOf(span.group(1)), new Span(from, to)) != null) {
        throw new BadReplay(
            "'%s' ends before it begins, or names its partition again".formatted(piece));
      }
    }
    return new Offsets(spans);
  }

  private static Instant time(String text) throws BadReplay {
    try {
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      return text.matches(".*(Z|[+-]\\d{2}:?\\d{2})")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new BadReplay(
          "'%s' is not a time: give 2026-11-22, 2026-11-22T20:00 or 2026-11-22T20:00:00Z"
              .formatted(text),
          e);
    }
  }
}
