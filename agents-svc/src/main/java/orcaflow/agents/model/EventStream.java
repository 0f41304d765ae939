package orcaflow.agents.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chat completion that an endpoint streams although it was not asked to: server-sent events, each
 * with a piece of the messages, made into one completion.
 */
final class EventStream {

  private static final String DONE = "[DONE]";

  private final ObjectMapper json;
  private final ObjectNode completion;
  private final Map<Integer, ObjectNode> choices = new TreeMap<>();

  private EventStream(ObjectMapper json) {
    this.json = json;
    this.completion = json.createObjectNode();
  }

  /** Whether a text looks like events, whatever its content type says. */
  static boolean looksLike(String body) {
    String begin = body.stripLeading();
    return begin.startsWith("data:") || begin.startsWith("event:") || begin.startsWith(":");
  }

  /** The completion that the events make; an error among them is its error. */
  static JsonNode read(ObjectMapper json, String body) throws JsonProcessingException {
    EventStream stream = new EventStream(json);
    for (String data : events(body)) {
      if (data.strip().equals(DONE)) {
        stream.end();
        break;
      }
      stream.add(json.readTree(data));
    }
    ArrayNode all = stream.completion.putArray("choices");
    stream.choices.values().forEach(all::add);
    return stream.completion;
  }

  /** A stream that says that it is done was not cut, also where it names no finish reason. */
  private void end() {
    choices.values().stream()
        .filter(choice -> !choice.hasNonNull("finish_reason"))
        .forEach(choice -> choice.put("finish_reason", "stop"));
  }

  /** The data of each event; several data lines are one event's. */
  private static List<String> events(String body) {
    List<String> events = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    for (String line : body.split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(data.toString());
          data.setLength(0);
        }
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).stripLeading());
      }
    }
    if (!data.isEmpty()) {
      events.add(data.toString());
    }
    return events;
  }

  private void add(JsonNode chunk) {
    for (String field : List.of("model", "usage", "service_tier", "error")) {
      JsonNode value = chunk.path(field);
      if (!value.isMissingNode() && !value.isNull()) {
        completion.set(field, value);
      }
    }
    for (JsonNode piece : chunk.path("choices")) {
      ObjectNode choice =
          choices.computeIfAbsent(piece.path("index").asInt(0), index -> json.createObjectNode());
      choice.put("index", piece.path("index").asInt(0));
      for (String field : List.of("finish_reason", "error")) {
        if (piece.hasNonNull(field)) {
          choice.set(field, piece.get(field));
        }
      }
      append(choice.withObject("/message"), piece.path("delta"));
      append(choice.withObject("/message"), piece.path("message"));
    }
  }

  private static void append(ObjectNode message, JsonNode delta) {
    for (String field : List.of("content", "reasoning_content", "reasoning", "refusal")) {
      JsonNode piece = delta.path(field);
      if (piece.isTextual()) {
        message.put(field, message.path(field).asText("") + piece.textValue());
      } else if (piece.isArray()) {
        piece.forEach(part -> message.withArray("/" + field).add(part));
      }
    }
  }
}
