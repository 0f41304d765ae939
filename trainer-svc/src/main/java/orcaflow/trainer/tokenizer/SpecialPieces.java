package orcaflow.trainer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps the special pieces of a {@code tokenizer.json} out of the reach of text: under their own
 * names a question that spells {@code </s>} would end there. They get a name that no text has, and
 * nothing reads them out of text any more: those that the model's vocabulary holds, and those
 * outside of it, as byte-level models have them, which keep their ids.
 */
final class SpecialPieces {

  /** No text contains this: it is random and differs in every JVM. */
  private static final String NO_TEXT = "\u0000" + UUID.randomUUID();

  private SpecialPieces() {}

  /** Ids of all pieces by name, the added ones included. */
  static Map<String, Integer> ids(ObjectNode tokenizer) {
    Map<String, Integer> ids = vocabulary(tokenizer.path("model").path("vocab"));
    tokenizer
        .path("added_tokens")
        .forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    return ids;
  }

  /**
   * Gives the special pieces names that no text has.
   *
   * @return ids of all its special pieces
   */
  static Set<Integer> shield(ObjectNode tokenizer) {
    Map<String, Integer> own = vocabulary(tokenizer.path("model").path("vocab"));
    Set<Integer> specials = new HashSet<>();
    Map<String, String> renamed = new HashMap<>();
    Iterator<JsonNode> added = tokenizer.path("added_tokens").iterator();
    while (added.hasNext()) {
      JsonNode token = added.next();
      int id = token.path("id").asInt();
      String name = token.path("content").asText();
      if (token.path("special").asBoolean()) {
        specials.add(id);
        if (Objects.equals(own.get(name), id)) {
          renamed.put(name, NO_TEXT + id);
          added.remove();
        } else {
          // Left out, it would leave its id to the one behind it.
          ((ObjectNode) token).put("content", NO_TEXT + id);
        }
      }
    }
    if (!renamed.isEmpty()) {
      rename((ObjectNode) tokenizer.get("model"), renamed);
    }
    return specials;
  }

  private static void rename(ObjectNode model, Map<String, String> renamed) {
    if (model.get("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        String name = piece.path(0).asText();
        ((ArrayNode) piece).set(0, renamed.getOrDefault(name, name));
      }
    } else {
      ObjectNode vocabulary = (ObjectNode) model.get("vocab");
      renamed.forEach((name, other) -> vocabulary.set(other, vocabulary.remove(name)));
    }
    String unknown = model.path("unk_token").asText("");
    if (renamed.containsKey(unknown)) {
      model.put("unk_token", renamed.get(unknown));
    }
    Iterator<JsonNode> joins = model.path("merges").iterator();
    while (joins.hasNext()) {
      JsonNode join = joins.next();
      String whole =
          join.isArray()
              ? join.path(0).asText() + join.path(1).asText()
              : join.asText().replace(" ", "");
      if (renamed.containsKey(whole)) {
        joins.remove();
      }
    }
  }

  private static Map<String, Integer> vocabulary(JsonNode vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asText(), id);
      }
    } else {
      vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
    return ids;
  }
}
