package orcaflow.agents.model;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The wait that an endpoint asks for: {@code retry-after-ms}, {@code Retry-After} in seconds,
 * fractions of them or as a date (RFC 9110, section 10.2.3), {@code x-ratelimit-reset-*} as a
 * duration such as {@code 6m0s}, as seconds or as a time. A wait of 0, or one that is over, is
 * none.
 */
final class RetryAfter {

  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}(?:\\.\\d{1,9})?");
  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|s|m|h|d)");

  /** Of these, the ones whose allowance is used up count, or all where none says so. */
  private static final List<String> LIMITED =
      List.of("requests", "tokens", "input-tokens", "output-tokens");

  private RetryAfter() {}

  /**
   * @param now the clock by which a date is read
   * @return the longest wait that the headers name; empty for none
   */
  static Optional<Duration> of(HttpReply reply, Instant now) {
    Optional<Duration> asked =
        reply
            .value("retry-after-ms")
            .flatMap(RetryAfter::millis)
            .or(() -> reply.value("Retry-After").flatMap(value -> secondsOrDate(value, now)));
    return asked.or(() -> resets(reply, now)).filter(RetryAfter::isWait);
  }

  private static boolean isWait(Duration wait) {
    return !wait.isNegative() && !wait.isZero();
  }

  private static Optional<Duration> resets(HttpReply reply, Instant now) {
    List<String> usedUp =
        LIMITED.stream()
            .filter(
                what ->
                    header(reply, "remaining", what)
                        .filter(left -> left.matches("0+(\\.0*)?"))
                        .isPresent())
            .toList();
    Stream<String> counted = usedUp.isEmpty() ? LIMITED.stream() : usedUp.stream();
    return counted
        .flatMap(what -> header(reply, "reset", what).stream())
        .flatMap(value -> reset(value, now).stream())
        .max(Duration::compareTo);
  }

  static Optional<String> header(HttpReply reply, String which, String what) {
    return named(reply, which, what)
        .or(
            () ->
                what.equals("requests")
                    ? reply.value("x-ratelimit-" + which)
                    : Optional.<String>empty());
  }

  /** The value of a header that says what it counts. */
  static Optional<String> named(HttpReply reply, String which, String what) {
    return reply
        .value("x-ratelimit-%s-%s".formatted(which, what))
        .or(() -> reply.value("anthropic-ratelimit-%s-%s".formatted(what, which)));
  }

  private static Optional<Duration> millis(String value) {
    return number(value).map(ms -> seconds(ms.movePointLeft(3)));
  }

  private static Optional<Duration> secondsOrDate(String value, Instant now) {
    Optional<BigDecimal> number = number(value);
    if (number.isPresent()) {
      return number.map(RetryAfter::seconds);
    }
    return date(value).map(at -> Duration.between(now, at)).or(() -> parts(value));
  }

  /** Seconds from now, or a time in seconds or milliseconds since 1970 where it is that large. */
  static Optional<Duration> reset(String value, Instant now) {
    return parts(value)
        .or(() -> date(value).map(at -> Duration.between(now, at)))
        .or(() -> number(value).map(number -> untilOrFor(number, now)));
  }

  private static Duration untilOrFor(BigDecimal number, Instant now) {
    if (number.compareTo(BigDecimal.valueOf(100_000_000_000L)) > 0) {
      return Duration.between(now, Instant.ofEpochMilli(number.longValue()));
    }
    return number.compareTo(BigDecimal.valueOf(1_000_000_000L)) > 0
        ? Duration.between(now, Instant.ofEpochSecond(number.longValue()))
        : seconds(number);
  }

  private static Optional<BigDecimal> number(String value) {
    return NUMBER.matcher(value).matches() ? Optional.of(new BigDecimal(value)) : Optional.empty();
  }

  private static Duration seconds(BigDecimal seconds) {
    return seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) > 0
        ? LONGEST
        : Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  private static Optional<Instant> date(String value) {
    return parsed(value, DateTimeFormatter.RFC_1123_DATE_TIME)
        .or(() -> parsed(value, DateTimeFormatter.ISO_OFFSET_DATE_TIME));
  }

  private static Optional<Instant> parsed(String value, DateTimeFormatter format) {
    try {
      return Optional.of(ZonedDateTime.parse(value, format).toInstant());
    } catch (DateTimeException other) {
      return Optional.empty();
    }
  }

  /** A duration such as {@code 1h2m3.5s} or {@code 20ms}. */
  private static Optional<Duration> parts(String value) {
    Matcher part = PART.matcher(value);
    BigDecimal sum = BigDecimal.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      sum = sum.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      end = part.end();
    }
    return end > 0 && end == value.length() ? Optional.of(seconds(sum)) : Optional.empty();
  }

  private static BigDecimal unit(String unit) {
    return new BigDecimal(
        switch (unit) {
          case "us" -> "0.000001";
          case "ms" -> "0.001";
          case "m" -> "60";
          case "h" -> "3600";
          case "d" -> "86400";
          default -> "1";
        });
  }
}
