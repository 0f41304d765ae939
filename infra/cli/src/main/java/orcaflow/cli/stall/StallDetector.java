package orcaflow.cli.stall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orcaflow.cli.run.Part;

/**
 * Tells from one look to the next which parts stand. The time is this process's own, so no clock of
 * another machine matters. Not thread-safe.
 */
final class StallDetector {

  /** Shorter stops are the usual time of a batch. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final Map<Part, Seen> seen = new EnumMap<>(Part.class);
  private final Duration rowsLimit;

  /**
   * @param rowsLimit as {@link #LIMIT}, for the rows of the next iteration
   */
  StallDetector(Duration rowsLimit) {
    this.rowsLimit = rowsLimit;
  }

  /**
   * @param done the most that was seen
   */
  private record Seen(long first, long done, long since) {

    boolean movesTo(Position position) {
      return position.first() != first || position.done() > done;
    }
  }

  /**
   * A part that stands.
   *
   * @param nanos how long
   */
  record Standing(Part part, long waiting, long nanos) {}

  /**
   * Takes a look.
   *
   * @param positions the parts that are watched; a part that is left out starts again when it is
   *     back
   * @param nanos time of the look, from any origin
   * @return those that have not moved for {@link #LIMIT} although something waits
   */
  List<Standing> look(Map<Part, Position> positions, long nanos) {
    seen.keySet().retainAll(positions.keySet());
    List<Standing> standing = new ArrayList<>();
    positions.forEach(
        (part, position) -> {
          Seen before = seen.get(part);
          if (before == null || before.movesTo(position) || position.waiting() <= 0) {
            seen.put(part, new Seen(position.first(), position.done(), nanos));
          } else if (nanos - before.since() >= limit(part).toNanos()) {
            standing.add(new Standing(part, position.waiting(), nanos - before.since()));
          }
        });
    return standing;
  }

  private Duration limit(Part part) {
    return part == Part.ROWS ? rowsLimit : LIMIT;
  }
}
