package orcaflow.streams.close;

import java.util.Optional;
import orcaflow.events.Closing;
import orcaflow.schemas.IdMultiset;

/**
 * How much of an iteration's set of open groups is there, and what it is to be: the rule of when a
 * set is closed, as a value. The groups and the closing come by different topics, in any order; the
 * set is whole when the ids that are there are those that the closing names, by count and sum, and
 * all that completes one of them and was there when the closing was written is there, too.
 *
 * @param seen open groups so far, those that complete another not counted
 * @param completions open groups so far that complete another
 * @param told what the closing says, once it is there
 * @param phase what became of it
 */
record OpenSet(IdMultiset seen, long completions, Optional<Told> told, Phase phase) {

  static final OpenSet EMPTY = new OpenSet(IdMultiset.EMPTY, 0, Optional.empty(), Phase.OPEN);

  private static final String NOT_TOLD = "-";

  /** The groups of a whole set, and how many complete one of them. */
  record Told(IdMultiset groups, long completions) {}

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
    return new OpenSet(seen.with(id), completions, told, phase);
  }

  OpenSet withCompletion() {
    return new OpenSet(seen, completions + 1, told, phase);
  }

  OpenSet told(Closing closing) {
    IdMultiset groups = IdMultiset.of(closing.getGroups(), closing.getDigest());
    Told what = new Told(groups, closing.getCompletions());
    return new OpenSet(seen, completions, Optional.of(what), phase);
  }

  OpenSet in(Phase next) {
    return new OpenSet(seen, completions, told, next);
  }

  /** Whether it may be closed now. */
  boolean isWhole() {
    return phase == Phase.OPEN
        && told.filter(what -> what.groups().equals(seen) && what.completions() <= completions)
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
                "%s %s %s %d %d"
                    .formatted(
                        text(seen), phase, text(that.groups()), completions, that.completions()))
        .orElseGet(() -> "%s %s %s %d".formatted(text(seen), phase, NOT_TOLD, completions));
  }

  private static String text(IdMultiset groups) {
    return groups.size() + " " + groups.digest();
  }

  /** Reads {@link #text}, also that of a store from before completions were counted. */
  static OpenSet parse(String text) {
    String[] parts = text.split(" ");
    boolean told = !parts[3].equals(NOT_TOLD);
    return new OpenSet(
        groups(parts, 0),
        told ? number(parts, 5) : number(parts, 4),
        told ? Optional.of(new Told(groups(parts, 3), number(parts, 6))) : Optional.empty(),
        Phase.valueOf(parts[2]));
  }

  private static IdMultiset groups(String[] parts, int place) {
    return IdMultiset.of(Long.parseLong(parts[place]), parts[place + 1]);
  }

  private static long number(String[] parts, int place) {
    return parts.length > place ? Long.parseLong(parts[place]) : 0;
  }
}
