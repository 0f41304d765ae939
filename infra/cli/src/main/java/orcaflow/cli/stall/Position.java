package orcaflow.cli.stall;

/**
 * How far a part of a run is.
 *
 * @param done grows with all that it finishes; only its changes mean something
 * @param waiting inputs that are there and not finished
 */
record Position(long done, long waiting) {

  Position plus(Position other) {
    return new Position(done + other.done, waiting + other.waiting);
  }
}
