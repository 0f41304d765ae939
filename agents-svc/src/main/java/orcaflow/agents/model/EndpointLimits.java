package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Limits of the use of an endpoint, shared by all its callers.
 *
 * @param concurrency maximum calls in flight
 * @param attempts maximum HTTP requests for one response
 * @param backoff wait before the second attempt; doubles with each further one, with jitter
 * @param longestBackoff maximum wait, unless the endpoint asks for a longer one
 * @param longestWait maximum wait that an endpoint may ask for; a longer one is an outage, and the
 *     endpoint is asked again after this time
 * @param patience maximum pause that a call waits for; after a longer one it fails at once, so that
 *     another endpoint can be asked
 * @param requestsPerMinute maximum requests a minute; empty for no limit
 * @param tokensPerMinute maximum tokens a minute, prompt and completion together; empty for no
 *     limit
 * @param prices what the endpoint charges
 */
public record EndpointLimits(
    int concurrency,
    int attempts,
    Duration backoff,
    Duration longestBackoff,
    Duration longestWait,
    Duration patience,
    OptionalLong requestsPerMinute,
    OptionalLong tokensPerMinute,
    PriceList prices) {

  public EndpointLimits {
    require(concurrency >= 1, "concurrency", concurrency, "1 or more");
    require(attempts >= 1, "attempts", attempts, "1 or more");
    require(backoff.toMillis() >= 1, "backoff", backoff, "more than 0");
    require(
        longestBackoff.compareTo(backoff) >= 0,
        "longestBackoff",
        longestBackoff,
        "no less than backoff");
    require(
        longestWait.compareTo(longestBackoff) >= 0,
        "longestWait",
        longestWait,
        "no less than longestBackoff");
    require(requestsPerMinute.orElse(1) >= 1, "requestsPerMinute", requestsPerMinute, "1 or more");
    require(tokensPerMinute.orElse(1) >= 1, "tokensPerMinute", tokensPerMinute, "1 or more");
  }

  /** Of an endpoint that has no other beside it: every pause is waited for. */
  public EndpointLimits(
      int concurrency,
      int attempts,
      Duration backoff,
      Duration longestBackoff,
      Duration longestWait,
      OptionalLong requestsPerMinute,
      OptionalLong tokensPerMinute,
      PriceList prices) {
    this(
        concurrency,
        attempts,
        backoff,
        longestBackoff,
        longestWait,
        longestWait,
        requestsPerMinute,
        tokensPerMinute,
        prices);
  }

  /** The same for an endpoint that has others beside it. */
  public EndpointLimits withPatience(Duration most) {
    return new EndpointLimits(
        concurrency,
        attempts,
        backoff,
        longestBackoff,
        longestWait,
        most.compareTo(longestWait) < 0 ? most : longestWait,
        requestsPerMinute,
        tokensPerMinute,
        prices);
  }
}
