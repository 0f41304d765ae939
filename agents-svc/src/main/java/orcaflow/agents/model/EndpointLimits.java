package orcaflow.agents.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an endpoint is to be treated.
 *
 * @param concurrency most calls at once
 * @param attempts most requests for one answer
 * @param backoff wait before the second request; doubles from there, with jitter
 * @param longestBackoff no wait is longer, what the endpoint itself asks for aside
 * @param requestsPerMinute none for no limit
 * @param tokensPerMinute prompt and answer together; none for no limit
 * @param budget most money to spend, in the currency of the prices; none for no limit
 * @param promptPrice price of a million prompt tokens
 * @param completionPrice price of a million answered tokens
 */
public record EndpointLimits(
    int concurrency,
    int attempts,
    Duration backoff,
    Duration longestBackoff,
    OptionalLong requestsPerMinute,
    OptionalLong tokensPerMinute,
    Optional<Double> budget,
    double promptPrice,
    double completionPrice) {

  public EndpointLimits {
    require(concurrency >= 1, "concurrency", concurrency, "1 or more");
    require(attempts >= 1, "attempts", attempts, "1 or more");
    require(backoff.toMillis() >= 1, "backoff", backoff, "more than 0");
    require(
        longestBackoff.compareTo(backoff) >= 0,
        "longestBackoff",
        longestBackoff,
        "no less than backoff");
    require(requestsPerMinute.orElse(1) >= 1, "requestsPerMinute", requestsPerMinute, "1 or more");
    require(tokensPerMinute.orElse(1) >= 1, "tokensPerMinute", tokensPerMinute, "1 or more");
    require(budget.orElse(0.0) >= 0, "budget", budget, "0 or more");
    require(promptPrice >= 0, "promptPrice", promptPrice, "0 or more");
    require(completionPrice >= 0, "completionPrice", completionPrice, "0 or more");
    require(
        budget.isEmpty() || promptPrice > 0 || completionPrice > 0,
        "budget",
        budget,
        "it together with promptPrice or completionPrice");
  }

  double cost(ModelResponse answer) {
    return (answer.promptTokens() * promptPrice + answer.completionTokens() * completionPrice)
        / 1e6;
  }

  private static void require(boolean holds, String key, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s: use %s".formatted(key, value, wanted));
    }
  }
}
