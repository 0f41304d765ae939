package orcaflow.streams.pair;

import java.util.Optional;
import orcaflow.events.Closing;

/**
 * How much of an iteration's set of open groups is there, and what it is to be: the rule of when a
 * set is closed, as a value. The groups and the closing come by different topics, in any order; the
 * set is whole when the ids that are there are those that the closing names, by count and sum.
 *
 * @param seen open groups so far
 * @param sum sum of their ids' first 64 bits, modulo 2^64
 * @param told what the closing says, once it is there
 * @param phase what became of it
 */
record OpenSet(long seen, long sum, Optional<Told> told, Phase phase) {

  static final OpenSet EMPTY = new OpenSet(0, 0, Optional.empty(), Phase.OPEN);

  private static final int DIGITS = 16;
  private static final String NOT_TOLD = "-";

  /** Count and sum of the ids of a whole set. */
  record Told(long groups, long sum) {}

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
    return new OpenSet(seen + 1, sum + bits, told, phase);
  }

  OpenSet told(Closing closing) {
    long bits = Long.parseUnsignedLong(closing.getDigest(), 16);
    return new OpenSet(seen, sum, Optional.of(new Told(closing.getGroups(), bits)), phase);
  }

  OpenSet in(Phase next) {
    return new OpenSet(seen, sum, told, next);
  }

  /** Whether it may be closed now. */
  boolean isWhole() {
    return phase == Phase.OPEN && told.equals(Optional.of(new Told(seen, sum)));
  }

  /** As it is kept in a store. */
  String text() {
    return "%d %x %s %s"
        .formatted(
            seen,
            sum,
            phase,
            told.map(that -> "%d %x".formatted(that.groups(), that.sum())).orElse(NOT_TOLD));
  }

  static OpenSet parse(String text) {
    String[] parts = text.split(" ");
    return new OpenSet(
        Long.parseLong(parts[0]),
        Long.parseUnsignedLong(parts[1], 16),
        parts[3].equals(NOT_TOLD)
            ? Optional.empty()
            : Optional.of(new Told(Long.parseLong(parts[3]), Long.parseUnsignedLong(parts[4], 16))),
        Phase.valueOf(parts[2]));
  }
}
