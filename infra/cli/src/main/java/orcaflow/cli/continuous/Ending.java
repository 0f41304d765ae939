package orcaflow.cli.continuous;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a run without an end is over: after a time, with an iteration, or never.
 *
 * @param after time from the start
 * @param iterations number of the iteration whose policy is the last one wanted
 */
public record Ending(Optional<Duration> after, OptionalInt iterations) {

  private static final Pattern TIME = Pattern.compile("(?<n>[0-9]{1,6})(?<unit>[smh])");

  /**
   * Reads a time such as {@code 90s}, {@code 20m} or {@code 2h}.
   *
   * @param name of the option
   * @throws IllegalArgumentException in one sentence
   */
  public static Duration time(String name, String text) {
    Matcher form = TIME.matcher(text);
    if (!form.matches() || Long.parseLong(form.group("n")) == 0) {
      throw new IllegalArgumentException(
          "%s is '%s': give a number with s, m or h, for example 20m".formatted(name, text));
    }
    long n = Long.parseLong(form.group("n"));
    return switch (form.group("unit")) {
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      default -> Duration.ofHours(n);
    };
  }

  /**
   * Whether it is over.
   *
   * @param passed time from the start
   * @param evaluated number of the newest iteration whose policy is evaluated
   */
  public boolean reached(Duration passed, int evaluated) {
    return after.filter(time -> passed.compareTo(time) >= 0).isPresent()
        || iterations.isPresent() && evaluated >= iterations.getAsInt();
  }
}
