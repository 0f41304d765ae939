package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The values of a row, as plain text; a value that is empty is none. */
final class Cell {

  /** Most digits of a number in plain spelling. {@code 1e999999999} would fill the memory. */
  private static final int MOST_DIGITS = 100;

  private static final int SHOWN = 60;

  private Cell() {}

  /** A text. */
  static Optional<String> text(JsonNode row, String key) throws Defect {
    JsonNode value = row.path(key);
    if (!isNone(value) && !value.isTextual()) {
      throw new Defect("%s is %s, not a string".formatted(key, excerpt(value)));
    }
    return value(row, key);
  }

  /** A text or a number. */
  static Optional<String> value(JsonNode row, String key) throws Defect {
    JsonNode value = row.path(key);
    return isNone(value) ? Optional.empty() : plain(key, value);
  }

  /** A text, a number, or several of them, which are joined by semicolons. */
  static Optional<String> values(JsonNode row, String key) throws Defect {
    JsonNode value = row.path(key);
    if (!value.isArray()) {
      return value(row, key);
    }
    List<String> all = new ArrayList<>();
    for (JsonNode each : value) {
      plain(key, each).filter(text -> !all.contains(text)).ifPresent(all::add);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }

  private static boolean isNone(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static Optional<String> plain(String key, JsonNode value) throws Defect {
    if (value.isNumber()) {
      return Optional.of(plain(key, value.decimalValue()));
    }
    if (!value.isTextual()) {
      throw new Defect("%s is %s, not a string or a number".formatted(key, excerpt(value)));
    }
    String text = value.asText().strip();
    if (hasHalfCharacter(text)) {
      throw new Defect("%s has half of a character, an unpaired surrogate".formatted(key));
    }
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private static String plain(String key, BigDecimal number) throws Defect {
    requireFewDigits(key, number);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** Refuses a number whose plain spelling is too long. */
  static void requireFewDigits(String key, String number) throws Defect {
    try {
      requireFewDigits(key, new BigDecimal(number));
    } catch (NumberFormatException e) {
      // Its exponent has more digits than one can have.
      throw tooLong(key, number);
    }
  }

  private static void requireFewDigits(String key, BigDecimal number) throws Defect {
    long before = (long) number.precision() - number.scale();
    if (before > MOST_DIGITS || number.scale() > MOST_DIGITS) {
      throw tooLong(key, number);
    }
  }

  private static Defect tooLong(String key, Object number) {
    return new Defect(
        "%s is a number of more than %d digits: %s".formatted(key, MOST_DIGITS, cut(number)));
  }

  private static boolean hasHalfCharacter(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static String excerpt(JsonNode value) {
    return value.isNumber() ? cut(value.decimalValue()) : cut(value);
  }

  private static String cut(Object value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
