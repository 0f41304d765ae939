package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue.Clock;
import orcaflow.schemas.answer.AnswerValue.Range;
import orcaflow.schemas.answer.AnswerValue.Ratio;

/** Two numbers that make one value of another kind: a time of day, a ratio, a range. */
final class TimeAndRatio {

  private static final String DECIMAL = "(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++)(?:\\.\\d++)?";

  private static final Pattern CLOCK =
      Pattern.compile("(?i)(?:at )?(\\d{1,2})(?::(\\d{2}))?(?:\\s?([ap])\\.?m\\.?)?(\\so'?clock)?");
  private static final Pattern RATIO =
      Pattern.compile(
          "(?i)(?:a |the )?(?:ratio (?:is |of ))?"
              + "(\\d{1,9}(?:\\.\\d{1,9})?(?:\\s?:\\s?\\d{1,9}(?:\\.\\d{1,9})?){1,4})");
  private static final Pattern RANGE =
      Pattern.compile(
          "(?:between |from )?[$]?("
              + DECIMAL
              + ")\\s?(-|to|and)\\s?[$]?("
              + DECIMAL
              + ")(?:\\s?\\p{L}[\\p{L} ]*+)?");
  private static final Pattern PAIR =
      Pattern.compile("(?i)(?<![\\d:.])\\d{1,9}(?: : |:)\\d{1,9}(?![\\d:])(?: ?[ap]\\.?m\\b)?");
  private static final Pattern TO =
      Pattern.compile(
          "(?i)[\\p{L} ,']*+\\b(?:ratio|odds)\\b[\\p{L} ,']*? (\\d++ to \\d++)\\b[^\\d]*+");

  private TimeAndRatio() {}

  static Optional<AnswerValue> read(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    if (!Character.isLetterOrDigit(first) && first != '$') {
      return Optional.empty();
    }
    return clock(text).or(() -> ratio(text)).or(() -> range(text));
  }

  /** The only time or ratio of a sentence without other numbers. */
  static Optional<AnswerValue> embedded(String text) {
    Matcher to = TO.matcher(text);
    if (to.matches()) {
      return range(to.group(1));
    }
    if (text.indexOf(':') < 0) {
      return Optional.empty();
    }
    Matcher pair = PAIR.matcher(text);
    if (!pair.find()) {
      return Optional.empty();
    }
    String outside = text.substring(0, pair.start()) + text.substring(pair.end());
    String found = pair.group();
    return AnswerParser.hasDigit(outside) ? Optional.empty() : clock(found).or(() -> ratio(found));
  }

  private static Optional<AnswerValue> clock(String text) {
    Matcher clock = CLOCK.matcher(text);
    if (text.length() > 20
        || !clock.matches()
        || (clock.group(2) == null && clock.group(3) == null && clock.group(4) == null)) {
      return Optional.empty();
    }
    int hour = Integer.parseInt(clock.group(1));
    int minute = clock.group(2) == null ? 0 : Integer.parseInt(clock.group(2));
    boolean half = clock.group(3) != null;
    if (minute > 59 || hour > 23 || (half && (hour == 0 || hour > 12))) {
      return Optional.empty();
    }
    boolean afternoon = half && clock.group(3).equalsIgnoreCase("p");
    int hours = half ? hour % 12 + (afternoon ? 12 : 0) : hour == 12 ? 0 : hour;
    return Optional.of(new Clock(hours * 60 + minute, half || hour > 12 || hour == 0));
  }

  private static Optional<AnswerValue> ratio(String text) {
    Matcher ratio = RATIO.matcher(text);
    if (text.indexOf(':') < 0 || !ratio.matches()) {
      return Optional.empty();
    }
    return ratio(
        Arrays.stream(ratio.group(1).split(":"))
            .map(part -> new BigDecimal(part.strip()))
            .toList());
  }

  private static Optional<AnswerValue> ratio(List<BigDecimal> parts) {
    return parts.stream().allMatch(part -> part.signum() > 0)
        ? Optional.of(new Ratio(parts))
        : Optional.empty();
  }

  private static Optional<AnswerValue> range(String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches() || (range.group(2).equals("and") && !text.startsWith("between "))) {
      return Optional.empty();
    }
    BigDecimal low = new BigDecimal(range.group(1).replace(",", ""));
    BigDecimal high = new BigDecimal(range.group(3).replace(",", ""));
    if (low.compareTo(high) < 0) {
      return Optional.of(new Range(low, high, range.group(2).equals("to")));
    }
    return range.group(2).equals("to") && !text.startsWith("from ")
        ? ratio(List.of(low, high))
        : Optional.empty();
  }
}
