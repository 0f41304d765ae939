package orcaflow.cli.continuous;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the problems of a run without an end come from. */
public sealed interface ProblemSource {

  /**
   * The scripted author.
   *
   * @param perSecond problems a second
   */
  record Scripted(double perSecond) implements ProblemSource {}

  /** Files of problems that come into a folder. */
  record Folder(Path path) implements ProblemSource {}

  /**
   * Rows that are posted to this machine.
   *
   * @param port 0 for a free one; the usual one where it is not given
   */
  record Http(OptionalInt port) implements ProblemSource {}

  /** JSON Lines on standard input. */
  record StandardInput() implements ProblemSource {}

  /**
   * Reads {@code scripted}, {@code scripted:20/s}, {@code http}, {@code http:8077}, {@code -} for
   * standard input, or a folder's path.
   *
   * @throws IllegalArgumentException in one sentence
   */
  static ProblemSource parse(String text) {
    if (text.equals("-")) {
      return new StandardInput();
    }
    if (text.startsWith("scripted")) {
      return new Scripted(rate(text));
    }
    if (text.matches("http(:.*)?")) {
      return new Http(port(text));
    }
    Path path = Path.of(text);
    if (text.isEmpty() || !Files.isDirectory(path)) {
      String instead =
          Files.isRegularFile(path)
              ? "which is a file: give its folder, or let it in with 'seed'"
              : "and there is no such folder: give scripted:N/s, http, a folder, or - for standard"
                  + " input";
      throw new IllegalArgumentException("source is '%s', %s".formatted(text, instead));
    }
    return new Folder(path);
  }

  private static OptionalInt port(String text) {
    int highest = 65_535;
    if (text.equals("http")) {
      return OptionalInt.empty();
    }
    String number = text.substring("http:".length());
    if (!number.matches("[0-9]{1,5}") || Integer.parseInt(number) > highest) {
      throw new IllegalArgumentException(
          "source is '%s': give http, or http:PORT with a port from 0 (a free one) to %d"
              .formatted(text, highest));
    }
    return OptionalInt.of(Integer.parseInt(number));
  }

  private static double rate(String text) {
    double usual = 30;
    double highest = 1000;
    Matcher form = Pattern.compile("scripted(?::([0-9]+(?:\\.[0-9]+)?)/s)?").matcher(text);
    double rate =
        !form.matches() ? 0 : form.group(1) == null ? usual : Double.parseDouble(form.group(1));
    if (rate <= 0 || rate > highest) {
      throw new IllegalArgumentException(
          "source is '%s': give scripted, or scripted:N/s with N problems a second, up to %.0f"
              .formatted(text, highest));
    }
    return rate;
  }
}
