package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What an HTTP response means: an answer, or which failure. */
final class WireReply {

  private static final int SHOWN = 200;

  private WireReply() {}

  /**
   * @param asked the model asked for, which served where the reply does not name one
   * @param header gives a header's value or null
   */
  static Future<ModelResponse> read(
      String endpoint, String asked, int status, UnaryOperator<String> header, String body) {
    if (status == 200) {
      return answer(endpoint, asked, body);
    }
    String said =
        "%s answered %d: %s"
            .formatted(endpoint, status, shown(body.isBlank() ? "(nothing)" : body));
    return Future.failedFuture(
        switch (status) {
          case 429 ->
              new ModelFailure.RateLimited(
                  said, retryAfter(header.apply("Retry-After"), Instant.now()));
          // The call itself is at fault; with any other status nobody would be served.
          case 400, 411, 413, 414, 415, 422, 451 -> new ModelFailure.Refused(said);
          default -> new ModelFailure.Unavailable(said);
        });
  }

  private static Future<ModelResponse> answer(String endpoint, String asked, String body) {
    try {
      JsonObject reply = new JsonObject(body);
      JsonArray choices = reply.getJsonArray("choices", new JsonArray());
      List<ModelResponse.Text> texts = new ArrayList<>();
      for (int i = 0; i < choices.size(); i++) {
        JsonObject choice = choices.getJsonObject(i);
        String text = choice.getJsonObject("message").getString("content");
        if (text == null) {
          return malformed(endpoint, "a choice has no content", body);
        }
        String finish = choice.getString("finish_reason");
        texts.add(new ModelResponse.Text(text, finish == null ? "stop" : finish));
      }
      if (texts.isEmpty()) {
        return malformed(endpoint, "no choices", body);
      }
      String model = reply.getString("model");
      JsonObject usage = reply.getJsonObject("usage", new JsonObject());
      return Future.succeededFuture(
          new ModelResponse(
              model == null || model.isBlank() ? asked : model,
              texts,
              usage.getLong("prompt_tokens", 0L),
              usage.getLong("completion_tokens", 0L),
              1));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      return malformed(endpoint, "not a chat completion", body);
    }
  }

  private static Future<ModelResponse> malformed(String endpoint, String fault, String body) {
    return Future.failedFuture(
        new ModelFailure.Malformed(
            "%s sent an answer that cannot be read, %s: %s"
                .formatted(endpoint, fault, shown(body))));
  }

  /** Seconds or an HTTP date (RFC 9110, section 10.2.3). */
  static Optional<Duration> retryAfter(String value, Instant now) {
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value.strip())))
          .filter(wait -> !wait.isNegative());
    } catch (NumberFormatException notSeconds) {
      try {
        Instant at =
            ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Optional.of(Duration.between(now, at)).filter(wait -> !wait.isNegative());
      } catch (DateTimeParseException unknown) {
        return Optional.empty();
      }
    }
  }

  /** Text from outside, short and on one line. */
  private static String shown(String body) {
    String line = body.replaceAll("\\s+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
