package orcaflow.bench;

import java.util.OptionalDouble;

/** What a measure's value is held to. */
public sealed interface Bound {

  /** Whether the value is good enough; NaN never is. */
  boolean holds(double value);

  /** The number to keep, whichever the direction. */
  OptionalDouble limit();

  /** More is better: rates and ratios of rates. */
  record AtLeast(double floor) implements Bound {
    @Override
    public boolean holds(double value) {
      return value >= floor;
    }

    @Override
    public OptionalDouble limit() {
      return OptionalDouble.of(floor);
    }

    @Override
    public String toString() {
      return ">= " + Numbers.plain(floor);
    }
  }

  /** Less is better: seconds, bytes, growth. */
  record AtMost(double ceiling) implements Bound {
    @Override
    public boolean holds(double value) {
      return value <= ceiling;
    }

    @Override
    public OptionalDouble limit() {
      return OptionalDouble.of(ceiling);
    }

    @Override
    public String toString() {
      return "<= " + Numbers.plain(ceiling);
    }
  }

  /** Reported, but held to nothing. */
  record Open() implements Bound {
    @Override
    public boolean holds(double value) {
      return !Double.isNaN(value);
    }

    @Override
    public OptionalDouble limit() {
      return OptionalDouble.empty();
    }

    @Override
    public String toString() {
      return "-";
    }
  }
}
