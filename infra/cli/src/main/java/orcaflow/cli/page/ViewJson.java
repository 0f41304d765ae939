package orcaflow.cli.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** Views as JSON; what is absent is left out. */
final class ViewJson {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);

  private ViewJson() {}

  /**
   * The fields of an object of texts.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Map<String, String> texts(String json) {
    try {
      Map<String, String> texts =
          JSON.readValue(json == null ? "" : json, new TypeReference<Map<String, String>>() {});
      if (texts == null) {
        throw new IllegalArgumentException("an object of texts is needed, not null");
      }
      texts.values().removeIf(Objects::isNull);
      return texts;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("an object of texts is needed", e);
    }
  }

  static String of(Object view) {
    return new String(bytes(view), StandardCharsets.UTF_8);
  }

  /** In UTF-8. */
  static byte[] bytes(Object view) {
    try {
      return JSON.writeValueAsBytes(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
