package orcaflow.agents.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * What an HTTP status means for the caller. The code of an error object counts as a status, also
 * where the reply has status 200. The table is in docs/endpoints.md.
 */
final class StatusRule {

  private static final int UNNAMED_ERROR = 502;

  /** Words of {@code error.code} and {@code error.type} that mean what a status means. */
  private static final Map<String, Integer> WORDS =
      Map.ofEntries(
          Map.entry("rate_limit_exceeded", 429),
          Map.entry("rate_limit_error", 429),
          Map.entry("rate_limited", 429),
          Map.entry("too_many_requests", 429),
          Map.entry("resource_exhausted", 429),
          Map.entry("tokens", 429),
          Map.entry("requests", 429),
          Map.entry("insufficient_quota", 402),
          Map.entry("billing_hard_limit_reached", 402),
          Map.entry("insufficient_balance", 402),
          Map.entry("credit_balance_too_low", 402),
          Map.entry("payment_required", 402),
          Map.entry("billing_not_active", 402),
          Map.entry("invalid_api_key", 401),
          Map.entry("authentication_error", 401),
          Map.entry("permission_error", 403),
          Map.entry("permission_denied", 403),
          Map.entry("model_not_found", 404),
          Map.entry("not_found_error", 404),
          Map.entry("context_length_exceeded", 400),
          Map.entry("string_above_max_length", 400),
          Map.entry("content_policy_violation", 400),
          Map.entry("content_filter", 400),
          Map.entry("invalid_request_error", 400),
          Map.entry("badrequesterror", 400),
          Map.entry("overloaded_error", 503),
          Map.entry("service_unavailable", 503),
          Map.entry("unavailable", 503),
          Map.entry("server_error", 500),
          Map.entry("internal_error", 500),
          Map.entry("api_error", 500),
          Map.entry("timeout", 504));

  private StatusRule() {}

  /**
   * The status that an error object names; 502 where it names none.
   *
   * @param error the value of {@code error}: an object, or a string
   */
  static int statusOf(JsonNode error) {
    return word(error.path("code"))
        .filter(status -> status != 400)
        .or(() -> word(error.path("type")).filter(status -> status != 400))
        .or(() -> number(error.path("code")))
        .or(() -> number(error.path("status")))
        .or(() -> word(error.path("code")))
        .or(() -> word(error.path("type")))
        .or(() -> word(error.path("status")))
        .orElse(UNNAMED_ERROR);
  }

  private static Optional<Integer> word(JsonNode value) {
    return value.isTextual()
        ? Optional.ofNullable(WORDS.get(value.textValue().strip().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private static Optional<Integer> number(JsonNode value) {
    String text = value.isTextual() || value.isIntegralNumber() ? value.asText().strip() : "";
    return text.matches("[1-5]\\d\\d") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }

  /**
   * The failure that a status other than success means.
   *
   * @param message a sentence with the endpoint, the status and what the endpoint says
   * @param wait the wait that the endpoint asks for
   */
  static ModelFailure failure(int status, String message, Optional<Duration> wait) {
    return switch (status) {
      case 429 -> new ModelFailure.RateLimited(message, wait);
      case 402 -> unavailable(message, Remedy.MONEY, wait);
      case 401, 403, 404, 405, 407, 410 -> unavailable(message, Remedy.SETTING, wait);
      case 301, 302, 303, 307, 308 -> unavailable(message, Remedy.SETTING, wait);
      // The request itself is at fault; any other status holds for every request.
      case 400, 411, 413, 414, 415, 422, 451 -> new ModelFailure.Refused(message);
      default -> unavailable(message, Remedy.WAIT, wait);
    };
  }

  private static ModelFailure unavailable(String message, Remedy remedy, Optional<Duration> wait) {
    return new ModelFailure.Unavailable(message, remedy, wait, ModelResponse.Usage.NONE);
  }
}
