package orcaflow.cli.terminal;

import java.util.Locale;

/** How results of statistics are spelled, in all tables alike. */
public final class Figures {

  private Figures() {}

  /** A difference with the ends of its interval. */
  public static String difference(double difference, double low, double high) {
    return String.format(Locale.ROOT, "%+.3f [%+.3f, %+.3f]", difference, low, high);
  }

  /** A probability of an exact test. */
  public static String probability(double p) {
    return p < 0.0001 ? "<0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
