package orcaflow.schemas.answer.second;

import java.math.BigDecimal;

/**
 * A number as a text says it.
 *
 * @param number what EvalEx evaluates it to, with 68 digits
 * @param decimals how many decimals are written; {@link #ENDLESS} for a fraction such as 1/3
 * @param computed whether more is written than a decimal number
 * @param percent whether a percent sign stands behind it
 * @param unit the word behind it, or a currency; empty without one
 */
record Value(BigDecimal number, int decimals, boolean computed, boolean percent, String unit) {

  /** More decimals than a text has. */
  static final int ENDLESS = Integer.MAX_VALUE / 2;

  private static final int SHOWN = 20;

  /** A percentage as the fraction that it means. */
  Value hundredth() {
    return new Value(number.movePointLeft(2), decimals + 2, computed, false, unit);
  }

  /** Whether the number has decimals and an end, and so could be a rounding of another. */
  boolean couldBeRounded() {
    return decimals > 0 && decimals < ENDLESS;
  }

  /** Whether it may well be one: not a whole number with decimals, as programs write 18. */
  boolean mayBeRounded() {
    return !computed && couldBeRounded() && number.stripTrailingZeros().scale() > 0;
  }

  @Override
  public String toString() {
    boolean plain = Math.abs(number.precision() - number.scale()) < SHOWN;
    BigDecimal bare = number.stripTrailingZeros();
    String digits = plain ? bare.toPlainString() : bare.toString();
    String shown = digits.length() > SHOWN ? digits.substring(0, SHOWN) + "..." : digits;
    return shown + (percent ? "%" : "");
  }
}
