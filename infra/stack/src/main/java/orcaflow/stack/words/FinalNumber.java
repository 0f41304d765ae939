package orcaflow.stack.words;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number a text ends on, as an exact fraction: what follows the last {@code ####}, else the
 * last {@code \boxed{}}, else the last "answer is", else the last number of all.
 */
record FinalNumber(BigDecimal numerator, BigDecimal denominator) {

  // At most 30 digits a side: more is no answer to these problems.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w.,/])(?<sign>[-+\u2212]?)[$]?(?<top>\\d{1,3}(?:,\\d{3}){1,9}(?!\\d)|\\d{1,30})"
              + "(?<decimals>\\.\\d{1,30})?(?:/(?<bottom>\\d{1,30}))?(?![\\d/]|[.,]\\d)");

  private static final List<Pattern> MARKS =
      List.of(
          Pattern.compile("####(?<rest>[^\\n]*)"),
          Pattern.compile("\\\\boxed\\{(?<rest>[^}\\n]*)}"),
          Pattern.compile("(?i)answer is:?(?<rest>[^\\n]*)"));

  /** The final number of a text, or nothing where it has none. */
  static Optional<FinalNumber> of(String text) {
    for (Pattern mark : MARKS) {
      Matcher marks = mark.matcher(text);
      Optional<String> rest = Optional.empty();
      while (marks.find()) {
        rest = Optional.of(marks.group("rest"));
      }
      if (rest.isPresent()) {
        return first(rest.get());
      }
    }
    return last(text);
  }

  boolean isSameAs(FinalNumber other) {
    BigDecimal left = numerator.multiply(other.denominator);
    return left.compareTo(other.numerator.multiply(denominator)) == 0;
  }

  @Override
  public String toString() {
    boolean whole = denominator.compareTo(BigDecimal.ONE) == 0;
    return numerator.toPlainString() + (whole ? "" : "/" + denominator.toPlainString());
  }

  private static Optional<FinalNumber> first(String text) {
    Matcher numbers = NUMBER.matcher(text);
    return numbers.find() ? read(numbers) : Optional.empty();
  }

  private static Optional<FinalNumber> last(String text) {
    Matcher numbers = NUMBER.matcher(text);
    Optional<FinalNumber> last = Optional.empty();
    while (numbers.find()) {
      last = read(numbers);
    }
    return last;
  }

  private static Optional<FinalNumber> read(Matcher number) {
    String decimals = number.group("decimals");
    String bottom = number.group("bottom");
    BigDecimal top =
        new BigDecimal(number.group("top").replace(",", "") + (decimals == null ? "" : decimals));
    BigDecimal denominator = bottom == null ? BigDecimal.ONE : new BigDecimal(bottom);
    boolean negative = "-\u2212".contains(number.group("sign")) && !number.group("sign").isEmpty();
    return denominator.signum() == 0
        ? Optional.empty()
        : Optional.of(new FinalNumber(negative ? top.negate() : top, denominator));
  }
}
