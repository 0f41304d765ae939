package orcaflow.agents.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A reply as a JSON object, for endpoints that hold a reply to a schema. It becomes the text that
 * the prompt asks for, and the same rule parses it: a structure is believed no more than a text.
 *
 * @param name of the schema
 * @param instruction a sentence that says what goes where
 * @param schema JSON schema of the object; each key is required and there is no other
 * @param lines makes the text of an object that has all keys
 */
public record ReplyForm(
    String name, String instruction, JsonObject schema, Function<JsonNode, String> lines) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUIRED = "required";
  private static final JsonObject STRING = new JsonObject().put("type", "string");

  /** The value that says that the model cannot do it; empty where it can. */
  private static final String CANNOT = "cannot";

  /** A form whose object may say instead that the model cannot do it. */
  public static ReplyForm orCannot(
      String name,
      String instruction,
      String key,
      JsonObject value,
      Function<JsonNode, String> lines) {
    return new ReplyForm(
        name,
        instruction
            + " If you cannot do it, begin 'cannot' with: I cannot. Else leave 'cannot' empty.",
        object(Map.entry(key, value), Map.entry(CANNOT, STRING)),
        reply -> {
          String cannot = line(reply, CANNOT);
          return Refusal.isIn(cannot) ? cannot : lines.apply(reply.path(key));
        });
  }

  /** Schema of an object with these keys, in this order, and no other. */
  @SafeVarargs
  public static JsonObject object(Map.Entry<String, JsonObject>... properties) {
    JsonObject all = new JsonObject();
    JsonArray required = new JsonArray();
    for (Map.Entry<String, JsonObject> property : properties) {
      all.put(property.getKey(), property.getValue());
      required.add(property.getKey());
    }
    return new JsonObject()
        .put("type", "object")
        .put("properties", all)
        .put(REQUIRED, required)
        .put("additionalProperties", false);
  }

  public static JsonObject string() {
    return STRING.copy();
  }

  public static JsonObject array(JsonObject items) {
    return new JsonObject().put("type", "array").put("items", items);
  }

  /** The text of a value on one line, so that it cannot pose as another line of the reply. */
  public static String line(JsonNode reply, String key) {
    return line(reply.path(key));
  }

  public static String line(JsonNode value) {
    return value.isValueNode() && !value.isNull()
        ? value.asText().replaceAll("\\s+", " ").strip()
        : "";
  }

  /** The reply as the text that the prompt asks for; empty where it is no object of the form. */
  public Optional<String> text(String reply) {
    try {
      JsonNode read = JSON.readTree(reply);
      return read != null
              && schema.getJsonArray(REQUIRED).stream().allMatch(key -> read.has("" + key))
          ? Optional.of(lines.apply(read))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The value of {@code response_format} in a request. */
  JsonObject responseFormat() {
    return new JsonObject()
        .put("type", "json_schema")
        .put(
            "json_schema",
            new JsonObject().put("name", name).put("strict", true).put("schema", schema));
  }
}
