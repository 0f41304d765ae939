package orcaflow.streams.close;

import java.util.Optional;
import orcaflow.events.Closing;

/**
 * How much of an iteration's set of open groups has arrived, and how much the closing announces:
 * the rule of when a set is closed, as a value. The groups and the closing come by different
 * topics, in any order. The set is whole when its ids are those that the closing names, by count
 * and sum, and when at least as many groups were completed as the closing counts.
 *
 * @param seen open groups so far, without those that complete another
 * @param sum sum of the first 64 bits of their ids, modulo 2^64
 * @param completions open groups so far that complete another
 * @param expected what the closing announces, once it is there
 * @param phase whether the set is open, is being labelled or is labelled
 */
record OpenSet(long seen, long sum, long completions, Optional<Expected> expected, Phase phase) {

  static final OpenSet EMPTY = new OpenSet(0, 0, 0, Optional.empty(), Phase.OPEN);

  private static final int DIGITS = 16;
  private static final String NONE_EXPECTED = "-";

  /** Count and sum of the ids of a whole set, and the number of groups that complete one. */
  record Expected(long groups, long sum, long completions) {}

  /** Phases of a set, in order. */
  enum Phase {
    /** Groups may come. */
    OPEN,
    /** No group may come; the groups that wait are being labelled. */
    CLOSING,
    /** All are labelled. */
    CLOSED
  }

  OpenSet with(String id) {
    long bits = Long.parseUnsignedLong(id, 0, DIGITS, 16);
    return new OpenSet(seen + 1, sum + bits, completions, expected, phase);
  }

  OpenSet withCompletion() {
    return new OpenSet(seen, sum, completions + 1, expected, phase);
  }

  OpenSet expecting(Closing closing) {
    long bits = Long.parseUnsignedLong(closing.getDigest(), 16);
    Expected whole = new Expected(closing.getGroups(), bits, closing.getCompletions());
    return new OpenSet(seen, sum, completions, Optional.of(whole), phase);
  }

  OpenSet in(Phase next) {
    return new OpenSet(seen, sum, completions, expected, next);
  }

  /** Whether it may be closed now. */
  boolean isWhole() {
    return phase == Phase.OPEN
        && expected
            .filter(
                whole ->
                    whole.groups() == seen
                        && whole.sum() == sum
                        && whole.completions() <= completions)
            .isPresent();
  }

  /** Whether a closing closed it, so that a group that comes now is late. */
  boolean isOver() {
    return phase == Phase.CLOSED || phase == Phase.CLOSING && expected.isPresent();
  }

  /** The form in which a store keeps it. */
  String text() {
    return expected
        .map(
            whole ->
                "%d %x %s %d %x %d %d"
                    .formatted(
                        seen,
                        sum,
                        phase,
                        whole.groups(),
                        whole.sum(),
                        completions,
                        whole.completions()))
        .orElseGet(() -> "%d %x %s %s %d".formatted(seen, sum, phase, NONE_EXPECTED, completions));
  }

  /** Reads {@link #text}; texts of stores from before completions were counted are shorter. */
  static OpenSet parse(String text) {
    String[] parts = text.split(" ");
    boolean expected = !parts[3].equals(NONE_EXPECTED);
    return new OpenSet(
        Long.parseLong(parts[0]),
        Long.parseUnsignedLong(parts[1], 16),
        expected ? number(parts, 5) : number(parts, 4),
        expected
            ? Optional.of(
                new Expected(
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
