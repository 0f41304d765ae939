package orcaflow.agents.seed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** One row of a seed file: a problem, or a defect. */
sealed interface SeedRow {

  /** A usable row. */
  record Good(
      String question, Optional<String> answer, Optional<String> solution, Optional<String> source)
      implements SeedRow {}

  /** A defective row; the defect is a sentence that follows file and line. */
  record Bad(String defect) implements SeedRow {}

  /** Maximum characters of a row. A longer one is no word problem: the file is hardly JSONL. */
  int MAX_CHARACTERS = 100_000;

  ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  static SeedRow of(String line) {
    if (line.length() > MAX_CHARACTERS) {
      return new Bad(
          "the row has %d characters, more than %d".formatted(line.length(), MAX_CHARACTERS));
    }
    if (line.indexOf('\uFFFD') >= 0) {
      return new Bad("the row is not UTF-8");
    }
    try {
      JsonNode row = JSON.readTree(line);
      return row.isObject() ? of(row) : new Bad("the row is not a JSON object");
    } catch (JsonProcessingException e) {
      return new Bad("the row is not JSON: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static SeedRow of(JsonNode row) {
    for (String key : new String[] {"question", "solution", "source"}) {
      if (row.hasNonNull(key) && !row.get(key).isTextual()) {
        return new Bad("%s is %s, not a string".formatted(key, excerpt(row.get(key))));
      }
    }
    if (row.hasNonNull("answer")
        && !row.get("answer").isTextual()
        && !row.get("answer").isNumber()) {
      return new Bad(
          "answer is %s, not a string or a number".formatted(excerpt(row.get("answer"))));
    }
    Optional<String> question = text(row, "question");
    return question.isEmpty()
        ? new Bad("the row has no question")
        : new Good(question.get(), text(row, "answer"), text(row, "solution"), text(row, "source"));
  }

  private static Optional<String> text(JsonNode row, String key) {
    return Optional.ofNullable(row.get(key))
        .filter(value -> !value.isNull())
        .map(value -> value.isNumber() ? value.decimalValue().toPlainString() : value.asText())
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static String excerpt(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
