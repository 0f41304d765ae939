package orcaflow.agents.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The message of a choice: a text, parts of a text, a refusal, and reasoning beside it.
 *
 * @param text the text parts, joined; empty where there are none
 * @param reasoning what stands in fields or parts of reasoning
 * @param refusal the sentence of a refusal
 */
record MessageContent(String text, Optional<String> reasoning, Optional<String> refusal) {

  private static final List<String> REASONING_FIELDS =
      List.of("reasoning_content", "reasoning", "thinking");

  /** A message is neither a text nor parts of one. */
  static final class NotReadable extends Exception {
    private static final long serialVersionUID = 1L;

    NotReadable(String message) {
      super(message);
    }
  }

  /**
   * @param message the value of {@code message} or {@code delta}
   */
  static MessageContent of(JsonNode message) throws NotReadable {
    Parts parts = new Parts();
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      parts.texts.add(content.textValue());
    } else if (content.isArray()) {
      content.forEach(parts::add);
    } else if (!content.isNull() && !content.isMissingNode()) {
      throw new NotReadable(
          "a choice's content is a " + content.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    for (String field : REASONING_FIELDS) {
      if (message.path(field).isTextual()) {
        parts.reasonings.add(message.path(field).textValue());
        break;
      }
    }
    if (message.path("refusal").isTextual()) {
      parts.refusals.add(message.path("refusal").textValue());
    }
    return new MessageContent(
        String.join("", parts.texts), joined(parts.reasonings), joined(parts.refusals));
  }

  private static Optional<String> joined(List<String> parts) {
    return Optional.of(String.join("", parts)).filter(text -> !text.isBlank());
  }

  /** Parts of a message by what they are. Parts of other types are dropped. */
  private static final class Parts {
    private final List<String> texts = new ArrayList<>();
    private final List<String> reasonings = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    private void add(JsonNode part) {
      if (part.isTextual()) {
        texts.add(part.textValue());
        return;
      }
      switch (part.path("type").asText("text").toLowerCase(Locale.ROOT)) {
        case "text", "output_text" -> addTo(texts, part.path("text"));
        case "thinking", "reasoning", "reasoning_text", "redacted_thinking" -> {
          addTo(reasonings, part.path("thinking"));
          addTo(reasonings, part.path("reasoning"));
          addTo(reasonings, part.path("text"));
        }
        case "refusal" -> addTo(refusals, part.path("refusal"));
        default -> {}
      }
    }

    /** A text, an object with one, or a list of these. */
    private static void addTo(List<String> texts, JsonNode value) {
      if (value.isTextual()) {
        texts.add(value.textValue());
      } else if (value.isArray()) {
        value.forEach(part -> addTo(texts, part.isTextual() ? part : part.path("text")));
      } else if (value.isObject()) {
        addTo(texts, value.path("value"));
      }
    }
  }
}
