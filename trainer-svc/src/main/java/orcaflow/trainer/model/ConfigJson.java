package orcaflow.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;

/** Checks of the JSON files in a student's folder. */
final class ConfigJson {

  private ConfigJson() {}

  /** A number that has to be there. */
  static double number(JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (!value.isNumber()) {
      throw unfit(key, value, "a number is needed");
    }
    return value.doubleValue();
  }

  /**
   * Refuses a key that has another value than the only one that is known.
   *
   * @throws IllegalArgumentException one sentence with key and value
   */
  static void expect(JsonNode root, String key, String only) {
    if (root.hasNonNull(key) && !root.get(key).asText().equals(only)) {
      throw unfit(key, root.get(key), "only " + only + " is known");
    }
  }

  /** A sentence with a key, its value, and what is wrong with it. */
  static IllegalArgumentException unfit(String key, JsonNode value, String why) {
    String shown = value.isMissingNode() ? "missing" : value.toString();
    return new IllegalArgumentException(key + " is " + shown + "; " + why);
  }
}
