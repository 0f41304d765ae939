package orcaflow.cli.continuous;

/**
 * How many problems are due by now at a rate. After a pause at most {@code most} are due at once.
 */
final class Pace {

  private static final double NANOS = 1e9;

  private final double perSecond;
  private final long most;
  private double due;
  private long last;

  /**
   * @param most problems at one time
   * @param now nanoseconds of a clock that only runs forward
   */
  Pace(double perSecond, long most, long now) {
    this.perSecond = perSecond;
    this.most = most;
    this.last = now;
  }

  /** Takes the problems that are due. */
  long take(long now) {
    due = Math.min(most, due + perSecond * (now - last) / NANOS);
    last = now;
    long whole = (long) due;
    due -= whole;
    return whole;
  }
}
