package orcaflow.agents.ask;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue;
import orcaflow.schemas.answer.FinalAnswer;
import orcaflow.schemas.answer.NumberWords;

/**
 * The numbers that a text states, in digits or in words, without signs and units. Ordinals in
 * digits, such as 3rd, are no quantities.
 *
 * @param inDigits those in digits
 * @param all those in digits and in words
 */
record StatedNumbers(List<BigDecimal> inDigits, List<BigDecimal> all) {

  private static final String DECIMAL =
      "(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d{1,30}+)(?:\\.\\d{1,30}+)?|\\.\\d{1,30}+";
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\d])(?<above>%s)(?: ?/ ?(?<below>%s))?(?!\\d|(?:st|nd|rd|th)\\b)"
              .formatted(DECIMAL, DECIMAL));
  private static final Pattern PLAIN = Pattern.compile("[-+]?" + NUMBER.pattern());
  private static final Pattern WORD = Pattern.compile("\\p{L}+");
  private static final Pattern BEFORE_AND = Pattern.compile("(?:hundred|thousand|million)$");
  private static final Map<String, BigDecimal> MULTIPLES =
      Map.of(
          "twice", new BigDecimal(2),
          "double", new BigDecimal(2),
          "doubled", new BigDecimal(2),
          "doubles", new BigDecimal(2),
          "thrice", new BigDecimal(3),
          "triple", new BigDecimal(3),
          "tripled", new BigDecimal(3),
          "triples", new BigDecimal(3),
          "half", new BigDecimal("0.5"),
          "dozen", new BigDecimal(12));

  static StatedNumbers in(String text) {
    String plain = plain(text);
    List<BigDecimal> digits = new ArrayList<>();
    for (Matcher number = NUMBER.matcher(plain); number.find(); ) {
      value(number).ifPresent(digits::add);
    }
    List<BigDecimal> all = new ArrayList<>(digits);
    all.addAll(words(plain));
    return new StatedNumbers(List.copyOf(digits), List.copyOf(all));
  }

  /** The value of a text that is a number without words, signs of currency or percent. */
  static Optional<BigDecimal> plainNumber(String text) {
    Matcher number = PLAIN.matcher(plain(text).strip());
    return number.matches() ? value(number) : Optional.empty();
  }

  long count(BigDecimal number) {
    return all.stream().filter(number::equals).count();
  }

  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replace('\u2044', '/')
        .replace('\u2212', '-')
        .toLowerCase(Locale.ROOT);
  }

  private static Optional<BigDecimal> value(Matcher number) {
    BigDecimal above = decimal(number.group("above"));
    String below = number.group("below");
    if (below == null) {
      return Optional.of(above.stripTrailingZeros());
    }
    BigDecimal divisor = decimal(below);
    return divisor.signum() == 0
        ? Optional.empty()
        : Optional.of(above.divide(divisor, MathContext.DECIMAL32).stripTrailingZeros());
  }

  private static BigDecimal decimal(String digits) {
    return new BigDecimal(digits.replace(",", ""));
  }

  /** Words of multiples, and runs of number words, such as one hundred and five. */
  private static List<BigDecimal> words(String plain) {
    List<BigDecimal> values = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    int end = 0;
    for (Matcher word = WORD.matcher(plain); word.find(); end = word.end()) {
      boolean counts = NumberWords.is(word.group()) && !word.group().equals("dozen");
      boolean joins = !run.isEmpty() && plain.substring(end, word.start()).matches("[ -]");
      if (joins && (counts || word.group().equals("and") && BEFORE_AND.matcher(run).find())) {
        run.append(' ').append(word.group());
        continue;
      }
      read(run).ifPresent(values::add);
      run.setLength(0);
      run.append(counts ? word.group() : "");
      Optional.ofNullable(MULTIPLES.get(word.group()))
          .map(BigDecimal::stripTrailingZeros)
          .ifPresent(values::add);
    }
    read(run).ifPresent(values::add);
    return values;
  }

  private static Optional<BigDecimal> read(StringBuilder run) {
    return FinalAnswer.of(run.toString())
        .map(FinalAnswer::value)
        .filter(AnswerValue.Quantity.class::isInstance)
        .map(AnswerValue.Quantity.class::cast)
        .map(q -> q.numerator().multiply(q.multiplier()).stripTrailingZeros());
  }
}
