package orcaflow.cli.continuous;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the problems of a run without an end come from: the scripted author, at a rate.
 *
 * @param perSecond problems a second
 */
public record ProblemSource(double perSecond) {

  private static final Pattern SCRIPTED =
      Pattern.compile("scripted(?::(?<rate>[0-9]+(?:\\.[0-9]+)?)/s)?");
  private static final double USUAL_RATE = 20;
  private static final double HIGHEST_RATE = 1000;

  /**
   * Reads {@code scripted} or {@code scripted:20/s}.
   *
   * @throws IllegalArgumentException in one sentence
   */
  public static ProblemSource parse(String text) {
    Matcher form = SCRIPTED.matcher(text);
    double rate =
        !form.matches()
            ? 0
            : form.group("rate") == null ? USUAL_RATE : Double.parseDouble(form.group("rate"));
    if (rate <= 0 || rate > HIGHEST_RATE) {
      throw new IllegalArgumentException(
          "source is '%s': give scripted, or scripted:N/s with N problems a second, up to %.0f"
              .formatted(text, HIGHEST_RATE));
    }
    return new ProblemSource(rate);
  }
}
