package orcaflow.agents;

import static orcaflow.schemas.ConfigFile.require;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PriceList;
import orcaflow.agents.model.StructuredModelClient;
import orcaflow.agents.model.Transport;

/**
 * A model's endpoint and how it is to be treated; see {@link EndpointLimits}.
 *
 * @param keyVariable environment variable that holds the API key
 * @param keyFile file that holds the API key
 * @param cost what it costs; none for an endpoint that is free
 * @param longestWaitSeconds longest wait that the endpoint may ask for
 * @param maxAnswerBytes size at which an answer is cut off
 * @param endAfterSeconds how long a rejected key, an unknown model or a wrong URL is waited for
 *     before the service ends; 0 is for ever
 * @param transport proxy and certificates
 * @param idempotencyKeys whether the endpoint charges once for calls of one Idempotency-Key; no
 *     unless it says so
 * @param weight share of the requests, where there are others (1)
 * @param model name of the model here, where it is not the one that the stages ask for
 * @param structured whether replies are asked for by a JSON schema: auto, never or always (never)
 * @param serviceTier service tier to ask for, such as flex or batch
 * @param failOverSeconds longest pause that a call waits for before another endpoint is asked
 * @param others further endpoints of the role
 */
public record EndpointConfig(
    String url,
    Optional<String> keyVariable,
    Optional<String> keyFile,
    int timeoutSeconds,
    int concurrency,
    int attempts,
    int backoffMillis,
    int longestBackoffSeconds,
    Optional<Long> requestsPerMinute,
    Optional<Long> tokensPerMinute,
    Optional<Cost> cost,
    Optional<Integer> longestWaitSeconds,
    Optional<Integer> maxAnswerBytes,
    Optional<Integer> endAfterSeconds,
    Optional<Reach> transport,
    Optional<Boolean> idempotencyKeys,
    Optional<Double> weight,
    Optional<String> model,
    Optional<String> structured,
    Optional<String> serviceTier,
    Optional<Integer> failOverSeconds,
    Optional<List<OtherEndpoint>> others) {

  private static final int LONGEST_WAIT_SECONDS = 600;
  private static final int END_AFTER_SECONDS = 60;
  private static final String NEVER = "never";
  private static final Set<String> STRUCTURED = Set.of("auto", NEVER, "always");
  private static final int FAIL_OVER_SECONDS = 5;

  public EndpointConfig {
    check(url, keyVariable, keyFile, timeoutSeconds, weight, model, structured);
    require(
        failOverSeconds.orElse(1) >= 1,
        "failOverSeconds",
        failOverSeconds.orElse(null),
        "1 or more");
  }

  /** What holds for each endpoint of a role. */
  static void check(
      String url,
      Optional<String> keyVariable,
      Optional<String> keyFile,
      int timeoutSeconds,
      Optional<Double> weight,
      Optional<String> model,
      Optional<String> structured) {
    require(url != null && !url.isBlank(), "url", url, "http://host:port");
    require(timeoutSeconds >= 1, "timeoutSeconds", timeoutSeconds, "1 or more");
    require(
        keyVariable.isEmpty() || keyFile.isEmpty(),
        "keyVariable",
        keyVariable.orElse(null),
        "either it or keyFile");
    require(weight.orElse(1.0) > 0, "weight", weight.orElse(null), "more than 0");
    require(model.map(name -> !name.isBlank()).orElse(true), "model", model.orElse(null), "a name");
    require(
        STRUCTURED.contains(structured.orElse(NEVER)),
        "structured",
        structured.orElse(null),
        "auto, never or always");
  }

  /** The endpoint's client, with replies by a schema as the settings say. */
  ModelClient structured(ModelClient client) {
    return switch (structured.orElse(NEVER)) {
      case "auto" -> StructuredModelClient.whereOffered(client);
      case "always" -> StructuredModelClient.always(client);
      default -> StructuredModelClient.never(client);
    };
  }

  /** The endpoints of the role, this one first; each as if it were alone. */
  List<EndpointConfig> members() {
    return Stream.concat(
            Stream.of(alone()),
            others.stream().flatMap(List::stream).map(other -> other.beside(this)))
        .toList();
  }

  private EndpointConfig alone() {
    return with(
        url, keyVariable, keyFile, timeoutSeconds, cost, Optional.empty(), Optional.empty());
  }

  /** Where the settings of the n-th member stand, from 0. */
  static String memberName(String role, int n) {
    return n == 0 ? role : "%s.others[%d]".formatted(role, n - 1);
  }

  /** The weights of the members. */
  List<Double> weights() {
    return Stream.concat(
            Stream.of(weight), others.stream().flatMap(List::stream).map(OtherEndpoint::weight))
        .map(given -> given.orElse(1.0))
        .toList();
  }

  /** How long calls wait for a pause where another endpoint can be asked. */
  Duration patience() {
    return Duration.ofSeconds(failOverSeconds.orElse(FAIL_OVER_SECONDS));
  }

  /** How long settings that only a person can mend are waited for; empty for ever. */
  Optional<Duration> endAfter() {
    return Optional.of(Duration.ofSeconds(endAfterSeconds.orElse(END_AFTER_SECONDS)))
        .filter(wait -> !wait.isZero());
  }

  EndpointLimits limits() {
    return new EndpointLimits(
        concurrency,
        attempts,
        Duration.ofMillis(backoffMillis),
        Duration.ofSeconds(longestBackoffSeconds),
        Duration.ofSeconds(
            Math.max(longestBackoffSeconds, longestWaitSeconds.orElse(LONGEST_WAIT_SECONDS))),
        perMinute(requestsPerMinute),
        perMinute(tokensPerMinute),
        prices());
  }

  PriceList prices() {
    return cost.map(Cost::prices).orElse(PriceList.FREE);
  }

  EndpointConfig costing(Cost price) {
    return with(url, keyVariable, keyFile, timeoutSeconds, Optional.of(price), weight, others);
  }

  EndpointConfig at(String otherUrl) {
    return with(otherUrl, keyVariable, keyFile, timeoutSeconds, cost, weight, others);
  }

  EndpointConfig withKeyFrom(String variable) {
    return with(url, Optional.of(variable), Optional.empty(), timeoutSeconds, cost, weight, others);
  }

  EndpointConfig within(int seconds) {
    return with(url, keyVariable, keyFile, seconds, cost, weight, others);
  }

  private EndpointConfig with(
      String url,
      Optional<String> keyVariable,
      Optional<String> keyFile,
      int timeoutSeconds,
      Optional<Cost> cost,
      Optional<Double> weight,
      Optional<List<OtherEndpoint>> others) {
    return new EndpointConfig(
        url,
        keyVariable,
        keyFile,
        timeoutSeconds,
        concurrency,
        attempts,
        backoffMillis,
        longestBackoffSeconds,
        requestsPerMinute,
        tokensPerMinute,
        cost,
        longestWaitSeconds,
        maxAnswerBytes,
        endAfterSeconds,
        transport,
        idempotencyKeys,
        weight,
        model,
        structured,
        serviceTier,
        failOverSeconds,
        others);
  }

  private static OptionalLong perMinute(Optional<Long> limit) {
    return limit.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** Proxy and certificates; see {@link orcaflow.agents.model.Transport}. */
  public record Reach(
      Optional<String> proxy,
      Optional<String> caFile,
      Optional<String> certificateFile,
      Optional<String> certificateKeyFile) {

    Transport transport() {
      return new Transport(
          proxy.map(URI::create),
          caFile.map(Path::of),
          certificateFile.map(Path::of),
          certificateKeyFile.map(Path::of));
    }
  }

  /**
   * Prices in any one currency.
   *
   * @param perMillionCachedTokens of prompt tokens from the endpoint's cache; as others if missing
   * @param models prices of models that cost something else, by the name that is requested
   * @param tiers prices of service tiers that cost something else, by the name in the reply
   */
  public record Cost(
      double perMillionPromptTokens,
      double perMillionCompletionTokens,
      Optional<Double> perMillionCachedTokens,
      Optional<Map<String, Cost>> models,
      Optional<Map<String, Cost>> tiers) {

    /** The same in each service tier. */
    public Cost(
        double perMillionPromptTokens,
        double perMillionCompletionTokens,
        Optional<Double> perMillionCachedTokens,
        Optional<Map<String, Cost>> models) {
      this(
          perMillionPromptTokens,
          perMillionCompletionTokens,
          perMillionCachedTokens,
          models,
          Optional.empty());
    }

    public PriceList prices() {
      return new PriceList(price(), byName(models));
    }

    private static Map<String, PriceList.Price> byName(Optional<Map<String, Cost>> costs) {
      Map<String, PriceList.Price> prices = new HashMap<>();
      costs.ifPresent(all -> all.forEach((name, cost) -> prices.put(name, cost.price())));
      return prices;
    }

    private PriceList.Price price() {
      return new PriceList.Price(
          perMillionPromptTokens,
          perMillionCachedTokens.orElse(perMillionPromptTokens),
          perMillionCompletionTokens,
          byName(tiers));
    }
  }
}
