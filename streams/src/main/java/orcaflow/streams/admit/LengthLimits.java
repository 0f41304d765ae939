package orcaflow.streams.admit;

/**
 * How long a problem may be.
 *
 * @param shortest fewest characters (code points, without outer white space)
 * @param longest most characters
 */
public record LengthLimits(int shortest, int longest) {

  public LengthLimits {
    if (shortest < 1) {
      throw new IllegalArgumentException("admit.shortest is %d: use 1 or more".formatted(shortest));
    }
    if (longest < shortest) {
      throw new IllegalArgumentException(
          "admit.longest is %d: use at least admit.shortest, %d".formatted(longest, shortest));
    }
  }
}
