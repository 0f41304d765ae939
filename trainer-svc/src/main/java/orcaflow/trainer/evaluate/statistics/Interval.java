package orcaflow.trainer.evaluate.statistics;

/** Values from low to high, both included. */
public record Interval(double low, double high) {

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("an interval from %s to %s".formatted(low, high));
    }
  }

  /** Whether a value is inside. */
  public boolean holds(double value) {
    return low <= value && value <= high;
  }
}
