package orcaflow.agents.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What the headers of a reply say of the endpoint's limits: {@code x-ratelimit-limit-*}, {@code
 * x-ratelimit-remaining-*} and {@code x-ratelimit-reset-*}, or Anthropic's {@code
 * anthropic-ratelimit-*}. A value that cannot be meant is ignored and counted.
 *
 * @param requests requests a minute
 * @param tokens tokens a minute
 * @param requestsLeft requests that may follow this reply
 * @param tokensLeft tokens that may follow this reply
 * @param usedUpFor how long nothing may follow this reply; only of a reply that succeeded, as a
 *     failure has a wait of its own
 * @param ignored headers whose value cannot be meant
 */
public record RateHeaders(
    OptionalLong requests,
    OptionalLong tokens,
    OptionalLong requestsLeft,
    OptionalLong tokensLeft,
    Optional<Duration> usedUpFor,
    int ignored) {

  /** More than any endpoint allows in a minute. */
  private static final long MOST = 1_000_000_000L;

  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
  private static final Duration LONGEST_RESET = Duration.ofDays(31);

  /**
   * @param now the clock by which a reset's date is read
   */
  static RateHeaders of(HttpReply reply, Instant now) {
    return new Reading(reply, now).all();
  }

  private static final class Reading {
    private final HttpReply reply;
    private final Instant now;
    private int ignored;

    Reading(HttpReply reply, Instant now) {
      this.reply = reply;
      this.now = now;
    }

    RateHeaders all() {
      // A limit without a name may count any window; its remainder and its reset do not.
      OptionalLong requests = number(RetryAfter.named(reply, "limit", "requests"), 1);
      OptionalLong tokens = number(RetryAfter.named(reply, "limit", "tokens"), 1);
      OptionalLong requestsLeft = left("requests");
      OptionalLong tokensLeft = left("tokens");
      Optional<Duration> usedUpFor =
          reply.status() < 300 ? usedUpFor(requestsLeft, tokensLeft) : Optional.empty();
      return new RateHeaders(requests, tokens, requestsLeft, tokensLeft, usedUpFor, ignored);
    }

    private Optional<Duration> usedUpFor(OptionalLong requestsLeft, OptionalLong tokensLeft) {
      List<String> usedUp = new ArrayList<>();
      usedUp(requestsLeft, "requests", usedUp);
      usedUp(tokensLeft, "tokens", usedUp);
      usedUp(left("input-tokens"), "input-tokens", usedUp);
      usedUp(left("output-tokens"), "output-tokens", usedUp);
      return usedUp.stream()
          .flatMap(what -> reset(what).stream())
          .max(Duration::compareTo)
          .filter(wait -> !wait.isNegative() && !wait.isZero());
    }

    private static void usedUp(OptionalLong left, String what, List<String> usedUp) {
      if (left.orElse(1) == 0) {
        usedUp.add(what);
      }
    }

    private OptionalLong left(String what) {
      return number(RetryAfter.header(reply, "remaining", what), 0);
    }

    private OptionalLong number(Optional<String> value, long least) {
      Optional<Long> number =
          value
              .filter(text -> DIGITS.matcher(text).matches())
              .map(Long::valueOf)
              .filter(n -> n >= least && n <= MOST);
      count(value.isPresent() && number.isEmpty());
      return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private Optional<Duration> reset(String what) {
      Optional<String> value = RetryAfter.header(reply, "reset", what);
      Optional<Duration> reset =
          value
              .flatMap(text -> RetryAfter.reset(text, now))
              .filter(wait -> wait.compareTo(LONGEST_RESET) <= 0);
      count(value.isPresent() && reset.isEmpty());
      return reset;
    }

    private void count(boolean ignoring) {
      ignored += ignoring ? 1 : 0;
    }
  }
}
