package orcaflow.streams.close;

import java.util.Optional;
import orcaflow.events.Closing;
import orcaflow.schemas.IdMultiset;

/**
 * How much of an iteration's set of open groups has arrived, and how much the closing announces:
 * the rule of when a set is closed, as a value. The groups and the closing come by different
 * topics, in any order. The set is whole when its ids are those that the closing names, by count
 * and sum, and when at least as many groups were completed as the closing counts.
 *
 * @param seen open groups so far, without those that complete another
 * @param completions open groups so far that complete another
 * @param expected what the closing announces, once it is there
 * @param phase whether the set is open, is being labelled or is labelled
 */
record OpenSet(IdMultiset seen, long completions, Optional<Expected> expected, Phase phase) {

  static final OpenSet EMPTY = new OpenSet(IdMultiset.EMPTY, 0, Optional.empty(), Phase.OPEN);

  private static final String NONE_EXPECTED = "-";

  /** The groups of a whole set, and how many complete one of them. */
  record Expected(IdMultiset groups, long completions) {}

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
    return new OpenSet(seen.with(id), completions, expected, phase);
  }

  OpenSet withCompletion() {
    return new OpenSet(seen, completions + 1, expected, phase);
  }

  OpenSet expecting(Closing closing) {
    IdMultiset groups = IdMultiset.of(closing.getGroups(), closing.getDigest());
    Expected whole = new Expected(groups, closing.getCompletions());
    return new OpenSet(seen, completions, Optional.of(whole), phase);
  }

  OpenSet in(Phase next) {
    return new OpenSet(seen, completions, expected, next);
  }

  /** Whether it may be closed now. */
  boolean isWhole() {
    return phase == Phase.OPEN
        && expected
            .filter(whole -> whole.groups().equals(seen) && whole.completions() <= completions)
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
                "%s %s %s %d %d"
                    .formatted(
                        text(seen), phase, text(whole.groups()), completions, whole.completions()))
        .orElseGet(() -> "%s %s %s %d".formatted(text(seen), phase, NONE_EXPECTED, completions));
  }

  private static String text(IdMultiset groups) {
    return groups.size() + " " + groups.digest();
  }

  /** Reads {@link #text}; texts of stores from before completions were counted are shorter. */
  static OpenSet parse(String text) {
    String[] parts = text.split(" ");
    boolean expected = !parts[3].equals(NONE_EXPECTED);
    return new OpenSet(
        groups(parts, 0),
        expected ? number(parts, 5) : number(parts, 4),
        expected ? Optional.of(new Expected(groups(parts, 3), number(parts, 6))) : Optional.empty(),
        Phase.valueOf(parts[2]));
  }

  private static IdMultiset groups(String[] parts, int place) {
    return IdMultiset.of(Long.parseLong(parts[place]), parts[place + 1]);
  }

  private static long number(String[] parts, int place) {
    return parts.length > place ? Long.parseLong(parts[place]) : 0;
  }
}
