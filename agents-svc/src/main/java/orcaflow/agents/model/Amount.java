package orcaflow.agents.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A budget in money or in tokens.
 *
 * @param value more than 0
 * @param unit {@code tokens}, or the name of a currency
 */
public record Amount(double value, String unit) {

  private static final String TOKENS = "tokens";
  private static final Pattern TEXT =
      Pattern.compile("\\s*(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([A-Za-z]{3}|[Tt]okens)\\s*");

  /**
   * Reads an amount such as {@code 25USD} or {@code 2000000tokens}.
   *
   * @throws IllegalArgumentException saying what may be given
   */
  public static Amount parse(String text) {
    Matcher amount = TEXT.matcher(text);
    if (!amount.matches() || Double.parseDouble(amount.group(1)) <= 0) {
      throw new IllegalArgumentException(
          "budget is '%s': give an amount above 0 such as 25USD or 2000000tokens".formatted(text));
    }
    String unit = amount.group(2);
    return new Amount(
        Double.parseDouble(amount.group(1)),
        unit.equalsIgnoreCase(TOKENS) ? TOKENS : unit.toUpperCase(Locale.ROOT));
  }

  public boolean inTokens() {
    return unit.equals(TOKENS);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return inTokens()
        ? "%.0ftokens".formatted(value)
        : "%s%s"
            .formatted(
                java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString(), unit);
  }
}
