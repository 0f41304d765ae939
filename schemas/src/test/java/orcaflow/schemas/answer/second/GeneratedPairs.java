package orcaflow.schemas.answer.second;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * References and completions: a number, the same or a related one, each in a spelling, the second
 * at a place in a text, and that with something around it.
 */
final class GeneratedPairs {

  private static final List<Function<BigDecimal, String>> SPELLINGS =
      List.of(
          BigDecimal::toPlainString,
          BigDecimal::toPlainString,
          GeneratedPairs::grouped,
          number -> grouped(number).replace(",", "{,}"),
          number -> grouped(number).replace(",", "\\,"),
          number -> grouped(number).replace(",", " "),
          number -> number.toPlainString().replace('-', '−'),
          number -> (number.signum() > 0 ? "+" : "") + number.toPlainString(),
          number -> number.setScale(number.scale() + 2).toPlainString(),
          number -> number.unscaledValue() + "e-" + number.scale(),
          number -> number.unscaledValue() + " × 10^{-" + number.scale() + "}",
          number -> number.unscaledValue() + "/" + BigInteger.TEN.pow(number.scale()),
          number -> "\\frac{" + number.unscaledValue() + "}{" + power(number) + "}",
          number -> "\\dfrac{" + number.unscaledValue() + "}{" + power(number) + "}",
          GeneratedPairs::mixed,
          number -> mixed(number).replaceFirst("(\\d+)/(\\d+)", "\\\\frac{$1}{$2}"),
          number -> number.signum() < 0 ? "-$" + grouped(number.negate()) : "$" + grouped(number),
          number -> "\\$" + number.toPlainString(),
          number -> "€" + number.toPlainString(),
          number -> number.toPlainString() + " dollars",
          number -> number.toPlainString() + " cents",
          number -> grouped(number) + " apples",
          number -> number.toPlainString() + " hours per day",
          number -> number.toPlainString() + "%",
          number -> number.toPlainString() + "\\%",
          number -> number.toPlainString() + " percent",
          number -> "x = " + number.toPlainString(),
          number -> "3 + 4 = " + number.toPlainString(),
          number -> number.toPlainString() + " + 0",
          number -> "2 * " + number.toPlainString() + " / 2",
          number -> "(" + number.toPlainString() + ")",
          number -> "**" + number.toPlainString() + "**",
          number -> "$" + number.toPlainString() + "$",
          number -> "\\text{" + number.toPlainString() + "}",
          number -> number.toPlainString() + "\\text{ km}",
          number -> number.toPlainString() + " thousand",
          number -> "about " + number.toPlainString(),
          number -> "not " + number.toPlainString(),
          number -> "minus " + number.toPlainString());

  private static final List<Function<String, String>> PLACES =
      List.of(
          answer -> answer,
          answer -> "First 3, then 4.\n#### " + answer,
          answer -> "#### 1\n####" + answer + "\n",
          answer -> "#### Step 2\nWe add.\n#### " + answer,
          answer -> "So $\\boxed{" + answer + "}$.",
          answer -> "Not \\boxed{7} but $\\boxed{" + answer + "}$ apples a day.",
          answer -> "It took 2 days. The answer is " + answer + ".",
          answer -> "The answer is: " + answer,
          answer -> "**Final answer:** " + answer,
          answer -> "So the answer is:\n\n" + answer,
          answer -> "She has 5.\nA: " + answer,
          answer -> "She had 5 and got some. Now she has " + answer + ".",
          answer -> "She adds.\nIn total that is 5 + 6 = " + answer,
          answer -> "The sum of 3 and 4 is " + answer + " in the end.");

  private static final List<Function<String, String>> AROUND =
      List.of(
          text -> text + "\nI hope this helps!",
          text -> text + "\n\nWait, it is 15.",
          text -> text + "\nActually, that is wrong.",
          text -> text + "\n\nQuestion: Tom has 3 hats. How many?\n#### 3",
          text -> "<think>Perhaps 31.</think>\n" + text,
          text -> "Let x be 12.\n\n" + text + "\n\nConfidence: 90%",
          text -> text + "<|im_end|>");

  private static final List<BiFunction<BigDecimal, Random, BigDecimal>> RELATED =
      List.of(
          (number, random) -> number,
          (number, random) -> number,
          (number, random) -> number.add(BigDecimal.ONE.movePointLeft(number.scale())),
          (number, random) -> number.negate(),
          (number, random) -> number.movePointRight(2).setScale(number.scale()),
          (number, random) -> number.movePointLeft(2),
          (number, random) ->
              number.setScale(Math.max(0, number.scale() - 1), RoundingMode.HALF_UP),
          (number, random) -> number.setScale(Math.max(0, number.scale() - 1), RoundingMode.DOWN),
          (number, random) -> number.setScale(0, RoundingMode.HALF_UP),
          (number, random) -> number.add(BigDecimal.TEN),
          (number, random) -> BigDecimal.valueOf(random.nextInt(2_000) - 500L, number.scale()));

  private final Random random;

  GeneratedPairs(Random random) {
    this.random = random;
  }

  /** A reference and a completion. */
  record Pair(String reference, String completion) {}

  Pair next() {
    BigDecimal number = number();
    BigDecimal given = any(RELATED).apply(number, random);
    String text = any(PLACES).apply(any(SPELLINGS).apply(given));
    String reference =
        random.nextInt(3) == 0 ? any(SPELLINGS).apply(number) : number.toPlainString();
    return new Pair(reference, random.nextInt(5) == 0 ? any(AROUND).apply(text) : text);
  }

  private BigDecimal number() {
    int scale = random.nextBoolean() ? 0 : random.nextInt(5);
    long bound = random.nextBoolean() ? 1_000 : 20_000_000;
    return BigDecimal.valueOf(random.nextLong(bound) - bound / 5, scale);
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static BigInteger power(BigDecimal number) {
    return BigInteger.TEN.pow(number.scale());
  }

  /** {@code 1234/100} as {@code 12 34/100}. */
  private static String mixed(BigDecimal number) {
    BigInteger[] parts = number.unscaledValue().abs().divideAndRemainder(power(number));
    return (number.signum() < 0 ? "-" : "") + parts[0] + " " + parts[1] + "/" + power(number);
  }

  private static String grouped(BigDecimal number) {
    DecimalFormat format =
        new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setMinimumFractionDigits(number.scale());
    format.setMaximumFractionDigits(number.scale());
    return format.format(number);
  }
}
