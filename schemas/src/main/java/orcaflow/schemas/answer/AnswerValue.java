package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.List;

/** What a final answer says, read but not computed with: text is never evaluated. */
public sealed interface AnswerValue {

  /**
   * An exact number {@code numerator / denominator}, as written.
   *
   * @param denominator above 0; 1 unless the answer is a fraction or a mixed number
   * @param multiplier 1, or what a counting word behind the number says (million, dozen)
   * @param unit the unit of measurement or percent sign behind it, if it is a known one
   */
  record Quantity(
      BigDecimal numerator, BigDecimal denominator, BigDecimal multiplier, MeasureUnit unit)
      implements AnswerValue {

    static Quantity of(BigDecimal value) {
      return new Quantity(value, BigDecimal.ONE, BigDecimal.ONE, MeasureUnit.NONE);
    }
  }

  /** Several numbers, in any order: {@code 3; 4}. */
  record Several(List<Quantity> values) implements AnswerValue {

    public Several {
      values = List.copyOf(values);
    }
  }

  /** A letter of multiple choice, upper case. */
  record Choice(char letter) implements AnswerValue {}

  /**
   * A time of day.
   *
   * @param minutes since midnight, or since noon or midnight when the half of the day is not stated
   * @param halfTold whether am, pm or an hour above 12 tells the half of the day
   */
  record Clock(int minutes, boolean halfTold) implements AnswerValue {}

  /** {@code 1 : 2} or longer. */
  record Ratio(List<BigDecimal> parts) implements AnswerValue {

    public Ratio {
      parts = List.copyOf(parts);
    }
  }

  /** {@code 10 to 12}. */
  record Range(BigDecimal low, BigDecimal high) implements AnswerValue {}

  /** Anything else: lower case, words and digits, one space between. */
  record Words(String text) implements AnswerValue {}
}
