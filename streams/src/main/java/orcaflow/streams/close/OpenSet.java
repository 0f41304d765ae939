package orcaflow.streams.close;

import java.util.Optional;
import orcaflow.events.Closing;

/**
 * How much of an iteration's set of open groups is there, and what it is to be: the rule of when a
 * set is closed, as a value. The groups and the closing come by different topics, in any order; the
 * set is whole when the ids that are there are those that the closing names, by count and sum, and
 * all that completes one of them and was there when the closing was written is there, too.
 *
 * @param seen open groups so far, those that complete another not counted
 * @param sum sum of their ids' first 64 bits, modulo 2^64
 * @param completions open groups so far that complete another
 * @param told what the closing says, once it is there
 * @param phase what became of it
 */
record OpenSet(long seen, long sum, long completions, Optional<Told> told, Phase phase) {

  static final OpenSet EMPTY = new OpenSet(0, 0, 0, Optional.empty(), Phase.OPEN);

  private static final int DIGITS = 16;
  private static final String NOT_TOLD = "-";

  /** Count and sum of the ids of a whole set, and how many complete one of them. */
  record Told(long groups, long sum, long completions) {}

  /** What becomes of a set. */
  enum Phase {
    /** Groups may come. */
    OPEN,
    /** No group may come; those that wait are being labelled. */
    CLOSING,
    /** All are labelled. */
    CLOSED
  }

  OpenSet with(String id) {
    long bits = Long.parseUnsignedLong(id, 0, DIGITS, 16);
    return new OpenSet(seen + 1, sum + bits, completions, told, phase);
  }

  OpenSet withCompletion() {
    return new OpenSet(seen, sum, completions + 1, told, phase);
  }

  OpenSet told(Closing closing) {
    long bits = Long.parseUnsignedLong(closing.getDigest(), 16);
    Told what = new Told(closing.getGroups(), bits, closing.getCompletions());
    return new OpenSet(seen, sum, completions, Optional.of(what), phase);
  }

  OpenSet in(Phase next) {
    return new OpenSet(seen, sum, completions, told, next);
  }

  /** Whether it may be closed now. */
  boolean isWhole() {
    return phase == Phase.OPEN
        && told.filter(
                what ->
                    what.groups() == seen && what.sum() == sum && what.completions() <= completions)
            .isPresent();
  }

  /** Whether somebody closed it, so that what comes now is late. */
  boolean isOver() {
    return phase == Phase.CLOSED || phase == Phase.CLOSING && told.isPresent();
  }

  /** As it is kept in a store. */
  String text() {
    return told.map(
            that ->
                "%d %x %s %d %x %d %d"
                    .formatted(
                        seen,
                        sum,
                        phase,
                        that.groups(),
                        that.sum(),
                        completions,
                        that.completions()))
        .orElseGet(() -> "%d %x %s %s %d".formatted(seen, sum, phase, NOT_TOLD, completions));
  }

  /** Reads {@link #text}, also that of a store from before completions were counted. */
  static OpenSet parse(String text) {
    String[] parts = text.split(" ");
    boolean told = !parts[3].equals(NOT_TOLD);
    return new OpenSet(
        Long.parseLong(parts[0]),
        Long.parseUnsignedLong(parts[1], 16),
        told ? number(parts, 5) : number(parts, 4),
        told
            ? Optional.of(
                new Told(
                    Long.parseLong(parts[3]),
                    Long.parseUnsignedLong(parts[4], 16),
                    number(parts, 6)))
            : Optional.empty(),
        Phase.valueOf(parts[2]));
  }

  private static long number(String[] parts, int place) {
    return parts.length > place ? Long.parseLong(parts[place]) : 0;
  }
}
