package orcaflow.agents;

import java.util.Optional;

/**
 * A further endpoint of a role. What it does not name is as at the first one, but for the key: no
 * endpoint is sent the key of another.
 *
 * @param url base URL
 * @param weight share of the requests, compared with those of the others (1)
 * @param structured whether replies are asked for by a JSON schema
 * @param serviceTier service tier to ask for
 * @param model name of the model here, where it is not the one that the stages ask for
 */
public record OtherEndpoint(
    String url,
    Optional<String> keyVariable,
    Optional<String> keyFile,
    Optional<Double> weight,
    Optional<String> model,
    Optional<String> structured,
    Optional<String> serviceTier,
    Optional<Integer> timeoutSeconds,
    Optional<Integer> concurrency,
    Optional<Long> requestsPerMinute,
    Optional<Long> tokensPerMinute,
    Optional<EndpointConfig.Cost> cost,
    Optional<EndpointConfig.Reach> transport,
    Optional<Boolean> idempotencyKeys) {

  public OtherEndpoint {
    EndpointConfig.check(
        url, keyVariable, keyFile, timeoutSeconds.orElse(1), weight, model, structured);
  }

  /** The settings of this endpoint beside the first one. */
  EndpointConfig beside(EndpointConfig first) {
    return new EndpointConfig(
        url,
        keyVariable,
        keyFile,
        timeoutSeconds.orElse(first.timeoutSeconds()),
        concurrency.orElse(first.concurrency()),
        first.attempts(),
        first.backoffMillis(),
        first.longestBackoffSeconds(),
        requestsPerMinute.or(first::requestsPerMinute),
        tokensPerMinute.or(first::tokensPerMinute),
        cost.or(first::cost),
        first.longestWaitSeconds(),
        first.maxAnswerBytes(),
        first.endAfterSeconds(),
        transport.or(first::transport),
        idempotencyKeys,
        Optional.empty(),
        model,
        structured.or(first::structured),
        serviceTier.or(first::serviceTier),
        first.failOverSeconds(),
        Optional.empty());
  }
}
