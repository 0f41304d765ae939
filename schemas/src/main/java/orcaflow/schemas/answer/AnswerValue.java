package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.List;

/** What a final answer says. Only arithmetic with plain numbers is evaluated, and exactly. */
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

  /** A number that the reader computed: {@code 3 * 4}, {@code half of 30}. */
  record Computed(Quantity quantity) implements AnswerValue {}

  /** One number in several ways, exact and rounded: {@code 32/3 ≈ 10.67}. */
  record Restated(List<Quantity> values) implements AnswerValue {

    public Restated {
      values = List.copyOf(values);
    }
  }

  /**
   * Several numbers, in any order: {@code 3; 4}.
   *
   * @param either whether {@code or} stands between them
   * @param joined numbers that the same text may be: {@code 3,5} is 3.5 in many languages
   * @param brackets the first and the last bracket around them, if there are any
   */
  record Several(List<Quantity> values, boolean either, List<Quantity> joined, String brackets)
      implements AnswerValue {

    public Several {
      values = List.copyOf(values);
      joined = List.copyOf(joined);
    }
  }

  /** A letter of multiple choice with what it stands for: {@code (B) 18}. */
  record Labelled(char letter, AnswerValue value) implements AnswerValue {}

  /** Numbers in a formula, an inequality or a sentence: more than a plain number. */
  record Formula(String text) implements AnswerValue {}

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

  /**
   * {@code 10 to 12}.
   *
   * @param to whether the word {@code to} stands between, which a ratio has too
   */
  record Range(BigDecimal low, BigDecimal high, boolean to) implements AnswerValue {}

  /** Anything else: lower case, words and digits, one space between. */
  record Words(String text) implements AnswerValue {}
}
