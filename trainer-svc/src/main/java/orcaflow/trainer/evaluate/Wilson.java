package orcaflow.trainer.evaluate;

/**
 * The 95 % score interval of a proportion (Wilson 1927): unlike the textbook interval it stays
 * inside [0, 1] and has width at 0 and at n.
 */
public record Wilson(double low, double high) {

  private static final double Z = 1.959963984540054;

  /**
   * @throws IllegalArgumentException unless 0 &lt;= correct &lt;= n
   */
  public static Wilson of(long correct, long n) {
    if (correct < 0 || correct > n) {
      throw new IllegalArgumentException("%d right of %d".formatted(correct, n));
    }
    if (n == 0) {
      return new Wilson(0, 1);
    }
    Wilson interval = of((double) correct / n, (double) n);
    return new Wilson(correct == 0 ? 0 : interval.low, correct == n ? 1 : interval.high);
  }

  /**
   * @param n how many independent answers the share is worth
   */
  static Wilson of(double p, double n) {
    double denominator = 1 + Z * Z / n;
    double centre = (p + Z * Z / (2 * n)) / denominator;
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / denominator;
    return new Wilson(Math.max(0, centre - half), Math.min(1, centre + half));
  }
}
