package orcaflow.stack.scripted;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The body of a chat completion call. Sampling keys (temperature, top_p, seed) are checked and then
 * change nothing: exact arithmetic has one outcome.
 *
 * @param samples how many answers ({@code n})
 * @param maxTokens most words of an answer; {@link Integer#MAX_VALUE} when the call sets no limit
 */
record ChatRequest(String model, List<Message> messages, int samples, int maxTokens) {

  private static final int MOST_SAMPLES = 128;

  /**
   * @throws BadRequest naming the key, when the body is not a call this server can answer
   */
  static ChatRequest read(Buffer body) {
    JsonObject json = json(body);
    if (Boolean.TRUE.equals(json.getValue("stream"))) {
      throw new BadRequest("stream", "stream is true: this server sends whole answers only");
    }
    number(json, "temperature", 0, 2);
    number(json, "top_p", 0, 1);
    number(json, "seed", Long.MIN_VALUE, Long.MAX_VALUE);
    return new ChatRequest(
        model(json),
        messages(json),
        (int) number(json, "n", 1, MOST_SAMPLES, 1),
        (int)
            number(
                json,
                json.containsKey("max_completion_tokens") ? "max_completion_tokens" : "max_tokens",
                1,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE));
  }

  private static JsonObject json(Buffer body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      throw new BadRequest("", "the body is not a JSON object");
    }
  }

  private static String model(JsonObject json) {
    if (json.getValue("model") instanceof String model && !model.isBlank()) {
      return model;
    }
    throw new BadRequest("model", "model is missing: name a model");
  }

  private static List<Message> messages(JsonObject json) {
    if (!(json.getValue("messages") instanceof JsonArray array) || array.isEmpty()) {
      throw new BadRequest("messages", "messages is missing: send a list of messages");
    }
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      messages.add(message(array.getValue(i), "messages[%d]".formatted(i)));
    }
    return messages;
  }

  private static Message message(Object value, String key) {
    if (!(value instanceof JsonObject json)) {
      throw new BadRequest(key, key + " is not an object");
    }
    if (!(json.getValue("role") instanceof String role)) {
      throw new BadRequest(key + ".role", key + ".role is missing: use system, user or assistant");
    }
    return new Message(role, content(json.getValue("content"), key + ".content"));
  }

  /** A text, or a list of parts as {@code {"type":"text","text":"..."}}. */
  private static String content(Object value, String key) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof JsonArray parts) {
      return IntStream.range(0, parts.size())
          .mapToObj(i -> part(parts.getValue(i), "%s[%d]".formatted(key, i)))
          .collect(Collectors.joining("\n"));
    }
    throw new BadRequest(key, key + " is missing: send a text");
  }

  private static String part(Object value, String key) {
    if (value instanceof JsonObject part && part.getValue("text") instanceof String text) {
      return text;
    }
    throw new BadRequest(key, key + " is not a text part: this server reads text only");
  }

  private static long number(JsonObject json, String key, long least, long most, long absent) {
    number(json, key, least, most);
    Object value = json.getValue(key);
    if (value instanceof Double || value instanceof Float) {
      throw new BadRequest(key, "%s is %s: use a whole number".formatted(key, value));
    }
    return value == null ? absent : ((Number) value).longValue();
  }

  private static void number(JsonObject json, String key, long least, long most) {
    Object value = json.getValue(key);
    if (value == null) {
      return;
    }
    boolean fits =
        value instanceof Number number
            && number.doubleValue() >= least
            && number.doubleValue() <= most;
    if (!fits) {
      throw new BadRequest(
          key, "%s is %s: use a number from %d to %d".formatted(key, value, least, most));
    }
  }
}
