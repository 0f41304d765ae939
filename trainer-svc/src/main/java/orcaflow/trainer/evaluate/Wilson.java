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
    double p = (double) correct / n;
    double denominator = 1 + Z * Z / n;
    double centre = (p + Z * Z / (2 * n)) / denominator;
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n)) / denominator;
    return new Wilson(
        correct == 0 ? 0 : Math.max(0, centre - half),
        correct == n ? 1 : Math.min(1, centre + half));
  }
}
