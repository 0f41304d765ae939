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

/** Translates an HTTP response into a {@link ModelResponse} or a {@link ModelFailure}. */
final class HttpReply {

  private static final int EXCERPT_CHARACTERS = 200;

  private HttpReply() {}

  /**
   * @param endpoint name of the endpoint, for messages
   * @param requestedModel model named as the server where the response names none
   * @param header looks up a header's value; null where there is none
   */
  static Future<ModelResponse> read(
      String endpoint,
      String requestedModel,
      int status,
      UnaryOperator<String> header,
      String body) {
    if (status == 200) {
      return completion(endpoint, requestedModel, body);
    }
    String message =
        "%s answered %d: %s"
            .formatted(endpoint, status, excerpt(body.isBlank() ? "(nothing)" : body));
    return Future.failedFuture(
        switch (status) {
          case 429 ->
              new ModelFailure.RateLimited(
                  message, retryAfter(header.apply("Retry-After"), Instant.now()));
          // The request itself is at fault; any other status holds for every request.
          case 400, 411, 413, 414, 415, 422, 451 -> new ModelFailure.Refused(message);
          default -> new ModelFailure.Unavailable(message);
        });
  }

  private static Future<ModelResponse> completion(
      String endpoint, String requestedModel, String body) {
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
              model == null || model.isBlank() ? requestedModel : model,
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
                .formatted(endpoint, fault, excerpt(body))));
  }

  /** Parses Retry-After: seconds or an HTTP date (RFC 9110, section 10.2.3). */
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

  /** Foreign text on one line, cut to the length of a message. */
  private static String excerpt(String body) {
    String line = body.replaceAll("\\s+", " ").strip();
    return line.length() <= EXCERPT_CHARACTERS
        ? line
        : line.substring(0, EXCERPT_CHARACTERS) + "...";
  }
}
