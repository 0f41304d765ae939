package orcaflow.bench;

/**
 * One line of the table.
 *
 * @param name stable, e.g. {@code kto_vs_trl_12m}
 * @param unit of the value; {@code ratio} where it is ours / the peer's
 * @param peer what it is compared with, with its version; empty where there is none
 * @param bound what the median is held to
 */
public record Measure(String name, Spread spread, String unit, String peer, Bound bound) {

  public static Measure atLeast(
      double floor, String name, Spread spread, String unit, String peer) {
    return new Measure(name, spread, unit, peer, new Bound.AtLeast(floor));
  }

  public static Measure atMost(
      double ceiling, String name, Spread spread, String unit, String peer) {
    return new Measure(name, spread, unit, peer, new Bound.AtMost(ceiling));
  }

  /** A number worth knowing that is held to nothing. */
  public static Measure unbounded(String name, Spread spread, String unit, String peer) {
    return new Measure(name, spread, unit, peer, new Bound.Open());
  }

  public double value() {
    return spread.median();
  }

  public boolean kept() {
    return bound.holds(value());
  }
}
