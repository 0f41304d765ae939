package orcaflow.cli.stall;

/**
 * How far a part of a run is.
 *
 * @param first sum of the first offsets that are not finished; it goes back where a group is set
 *     back
 * @param done sum of finished offsets, or less: at most what open transactions hold is missing
 * @param waiting inputs that are there and not finished
 */
record Position(long first, long done, long waiting) {

  /** Of a part that has nothing to do. */
  static final Position NONE = new Position(0, 0, 0);

  Position plus(Position other) {
    return new Position(first + other.first, done + other.done, waiting + other.waiting);
  }
}
