package orcaflow.trainer.evaluate.statistics;

import java.util.function.DoublePredicate;

/** Where a condition ends that holds near one end of a range and not near the other. */
final class Boundary {

  /** Halvings until a double near 1 cannot be halved further. */
  private static final int HALVINGS = 60;

  private Boundary() {}

  /**
   * By bisection. Neither end is asked, so the condition need not have a value there.
   *
   * @param low near which the condition holds
   * @param high near which it does not
   */
  static double of(double low, double high, DoublePredicate condition) {
    double from = low;
    double to = high;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (from + to) / 2;
      if (condition.test(middle)) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return (from + to) / 2;
  }
}
