package orcaflow.trainer.serve;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The fields of an OpenAI chat request that matter to a student that answers one question. Unknown
 * fields are ignored, as the API has many; what the student cannot do is refused.
 *
 * @param version policy wanted; empty for the newest
 * @param question text of the last user message
 * @param seed empty when the client leaves it to chance
 * @param logProbs whether log-probabilities are wanted, and of how many likeliest tokens beside
 * @param newer whether a policy that came after the wanted one may answer
 * @param tokenIds whether the ids of the sampled tokens are wanted, each with its log-probability
 */
record ChatRequest(
    Optional<String> version,
    String question,
    int n,
    double temperature,
    double topP,
    OptionalLong seed,
    int maxTokens,
    StopStrings stops,
    OptionalInt logProbs,
    boolean newer,
    boolean tokenIds) {

  static final String LATEST = "latest";

  private static final int MOST_STOPS = 16;
  private static final int MOST_LOG_PROBS = 20;

  /**
   * Reads a request's body.
   *
   * @param mostN largest {@code n}
   * @param mostTokens largest {@code max_tokens}, and the default
   * @throws ApiError 400 with the key and the value
   */
  static ChatRequest parse(String body, int mostN, int mostTokens) {
    JsonObject json;
    try {
      json = new JsonObject(body);
    } catch (DecodeException e) {
      throw ApiError.badRequest("the body is not a JSON object");
    }
    try {
      if (json.getBoolean("stream", false)) {
        throw ApiError.badRequest("stream is true: completions come whole here, not streamed");
      }
      String tokensKey =
          json.containsKey("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
      String model = json.getString("model", LATEST);
      return new ChatRequest(
          model.isBlank() || model.equals(LATEST) ? Optional.empty() : Optional.of(model),
          question(json),
          (int) whole(json, "n", 1, 1, mostN),
          number(json, "temperature", 1, 0, 100),
          number(json, "top_p", 1, Double.MIN_VALUE, 1),
          json.getValue("seed") == null
              ? OptionalLong.empty()
              : OptionalLong.of(whole(json, "seed", 0, Long.MIN_VALUE, Long.MAX_VALUE)),
          (int) whole(json, tokensKey, mostTokens, 1, mostTokens),
          StopStrings.of(stops(json.getValue("stop"))),
          logProbs(json),
          Boolean.TRUE.equals(json.getBoolean("allow_newer", false)),
          Boolean.TRUE.equals(json.getBoolean("return_token_ids", false)));
    } catch (ClassCastException e) {
      throw ApiError.badRequest("a field has a value of the wrong type: " + e.getMessage());
    }
  }

  private static String question(JsonObject json) {
    JsonArray messages = json.getJsonArray("messages", new JsonArray());
    for (int i = messages.size() - 1; i >= 0; i--) {
      JsonObject message = messages.getJsonObject(i);
      if (message != null && "user".equals(message.getString("role"))) {
        String text = text(message.getValue("content"));
        if (text.isBlank()) {
          throw ApiError.badRequest("messages[%d].content is empty".formatted(i));
        }
        return text;
      }
    }
    throw ApiError.badRequest("messages has no message with role 'user'");
  }

  /** Content is a text, or a list of parts of which the text ones count. */
  private static String text(Object content) {
    if (content instanceof String text) {
      return text;
    }
    StringBuilder joined = new StringBuilder();
    if (content instanceof JsonArray parts) {
      for (int i = 0; i < parts.size(); i++) {
        joined.append(parts.getJsonObject(i).getString("text", ""));
      }
    }
    return joined.toString();
  }

  /** Nothing, one text, or a list of a few. */
  private static List<String> stops(Object value) {
    List<String> stops = new ArrayList<>();
    if (value instanceof JsonArray list) {
      list.forEach(item -> stops.add(stop(item)));
    } else if (value != null) {
      stops.add(stop(value));
    }
    if (stops.size() > MOST_STOPS) {
      throw ApiError.badRequest(
          "stop has %d texts: give at most %d".formatted(stops.size(), MOST_STOPS));
    }
    return stops;
  }

  private static String stop(Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw ApiError.badRequest("stop is '%s': give a text or a list of texts".formatted(value));
  }

  private static OptionalInt logProbs(JsonObject json) {
    boolean wanted = Boolean.TRUE.equals(json.getBoolean("logprobs", false));
    if (!wanted && json.getValue("top_logprobs") != null) {
      throw ApiError.badRequest("top_logprobs needs logprobs to be true");
    }
    return wanted
        ? OptionalInt.of((int) whole(json, "top_logprobs", 0, 0, MOST_LOG_PROBS))
        : OptionalInt.empty();
  }

  private static long whole(JsonObject json, String key, long otherwise, long least, long most) {
    Object value = json.getValue(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof Integer || value instanceof Long)) {
      throw ApiError.badRequest("%s is %s: give a whole number".formatted(key, value));
    }
    long number = ((Number) value).longValue();
    if (number < least || number > most) {
      throw ApiError.badRequest("%s is %d: give %d to %d".formatted(key, number, least, most));
    }
    return number;
  }

  private static double number(
      JsonObject json, String key, double otherwise, double least, double most) {
    Number value = json.getNumber(key, otherwise);
    double number = value == null ? otherwise : value.doubleValue();
    if (!(number >= least && number <= most)) {
      throw ApiError.badRequest(
          "%s is %s: give a number from %s to %s"
              .formatted(key, number, least == Double.MIN_VALUE ? "above 0" : least, most));
    }
    return number;
  }
}
