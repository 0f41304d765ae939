package orcaflow.cli.command;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory as people write it: {@code 80GB}, {@code 24 GiB}, {@code 512MB}. */
record MemorySize(long bytes) {

  private static final Pattern WRITTEN =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]?)(I?)B?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "KMGT";

  static MemorySize parse(String text) throws Failure.BadInput {
    Matcher matcher = WRITTEN.matcher(text.strip());
    if (!matcher.matches() || matcher.group(2).isEmpty() && !matcher.group(3).isEmpty()) {
      throw wrong(text);
    }
    double base = matcher.group(3).isEmpty() ? 1000 : 1024;
    int power = UNITS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
    double factor = matcher.group(2).isEmpty() ? 1 : Math.pow(base, power);
    double bytes = Double.parseDouble(matcher.group(1)) * factor;
    if (bytes < 1 || bytes > 1e15) {
      throw wrong(text);
    }
    return new MemorySize((long) bytes);
  }

  /** In units of 1,000. */
  static String shown(long bytes) {
    double size = Math.abs(bytes);
    int unit = -1;
    while (size >= 1000 && unit < UNITS.length() - 1) {
      size /= 1000;
      unit++;
    }
    return (bytes < 0 ? "-" : "")
        + (unit < 0
            ? "%d B".formatted((long) size)
            : String.format(Locale.ROOT, "%.2f %sB", size, UNITS.charAt(unit)));
  }

  private static Failure.BadInput wrong(String text) {
    return new Failure.BadInput(
        "--device-memory is '%s': give a size such as 80GB or 24GiB".formatted(text));
  }
}
