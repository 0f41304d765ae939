package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue.Choice;
import orcaflow.schemas.answer.AnswerValue.Clock;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.AnswerValue.Range;
import orcaflow.schemas.answer.AnswerValue.Ratio;
import orcaflow.schemas.answer.AnswerValue.Several;
import orcaflow.schemas.answer.AnswerValue.Words;

/** Reads one short answer, such as the rest of a {@code ####} line. */
final class AnswerParser {

  static final int LONGEST = 300;
  private static final int MOST_DIGITS = 400;

  /** An unsigned decimal with or without thousands separators (also the Indian 1,00,000). */
  private static final String DECIMAL =
      "(?:(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d{1,2}(?:,\\d{2})++,\\d{3}(?!\\d)|\\d++)(?:\\.\\d++)?"
          + "|\\.\\d++)";

  /** A number as written: sign, currency, decimal or mixed number or fraction, exponent. */
  static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\d_])(?<sign>(?<![\\p{L}\\d)%])[+-])?(?<currency>[$£€¥₹] ?)?"
              + "(?<inner>(?<![\\p{L}\\d)%])[+-])?"
              + "(?:(?<whole>\\d{1,6}) (?<top>\\d{1,6}) ?/ ?(?<bottom>\\d{1,6})(?![\\d/])"
              + "|(?<decimal>"
              + DECIMAL
              + ")(?: ?/ ?(?<divisor>"
              + DECIMAL
              + ")(?![\\d/])|(?:[eE]| ?[x×*] ?10 ?\\^ ?\\{?)(?<exponent>[+-]?\\d{1,2})"
              + "(?![\\p{L}\\d])\\}?)?)");

  /** A time or a ratio inside a text. */
  static final Pattern COLON_PAIR =
      Pattern.compile(
          "(?<![\\d:.])\\d{1,9}(?: : |:)\\d{1,9}(?![\\d:])(?: ?[ap]\\.?m\\b)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CHOICE = Pattern.compile("\\(?([A-Ja-j])[).:]?");
  private static final Pattern CHOICE_LABEL =
      Pattern.compile("(?:option |choice )?(?:\\([A-Ja-j]\\)|[A-Ja-j][).:])\\s?(?=[-+$\\d.])");
  private static final Pattern CHOICE_NAMED =
      Pattern.compile("(?i)(?:option|choice)\\s\\(?([a-j])\\)?(?:\\b.*)?");
  private static final Pattern CLOCK =
      Pattern.compile(
          "(?i)(?:at )?(\\d{1,2})(?::(\\d{2}))?(?:\\s?([ap])\\.?m\\.?)?(?:\\so'clock)?");
  private static final Pattern RATIO =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(?:\\s?:\\s?(\\d{1,9}(?:\\.\\d{1,9})?)){1,4}");
  private static final Pattern RANGE =
      Pattern.compile(
          "(?:between |from )?[$]?("
              + DECIMAL
              + ")\\s?(?:-|to|and)\\s?[$]?("
              + DECIMAL
              + ")(?:\\s?\\p{L}[\\p{L} ]*)?");
  private static final Pattern COMPOUND =
      Pattern.compile(DECIMAL + "\\s?(\\p{L}+)(?:\\sand|,)?\\s" + DECIMAL + "\\s?(\\p{L}+).*");
  private static final Pattern EUROPEAN = Pattern.compile("(?<!\\d)\\d{1,3}(?:\\.\\d{3})++,\\d.*");
  private static final Pattern GROUPED =
      Pattern.compile(
          "(?<![\\d,.])(?:\\d{1,3}(?:,\\d{3})++|\\d{1,2}(?:,\\d{2}){1,6},\\d{3})(?!\\d)");
  private static final Pattern SPACE_GROUPED =
      Pattern.compile("(?<![\\d.,/])\\d{1,3}(?: \\d{3})++(?![\\d/])");
  private static final Pattern AND_FRACTION =
      Pattern.compile("(?<=\\d) and (?=\\d{1,6}\\s?/\\s?\\d)");
  private static final Pattern AND_A_HALF = Pattern.compile("(?<=\\d) and a half\\b");
  private static final Pattern REMARK = Pattern.compile("(?:^| )\\([^()]*+\\)");
  private static final Pattern DOLLARS_CENTS =
      Pattern.compile("[$]\\s?" + DECIMAL + "(?: and)? " + DECIMAL + "\\s?(?:cents?|¢).*");
  private static final Pattern SEPARATOR = Pattern.compile(";|,(?=\\s|\\d)|\\band\\b|\\bor\\b|&");
  private static final Pattern OPERATION =
      Pattern.compile(
          "[eE][+-]?\\d.*|\\s?(?:[+*×÷^√±]|\\\\\\p{L}|:\\s?\\d|-\\s?\\d|/\\s?[\\d√π]).*");
  private static final Pattern ALGEBRA =
      Pattern.compile("[^(]*?(?:\\s[+*/×÷-]\\s?[\\d√π]|\\p{L}[+*/-]\\d|[√π]).*");
  private static final Pattern LOSS = Pattern.compile("(?i).*\\b(?:loss|decrease)\\b.*");
  private static final Pattern NOT_A_VALUE =
      Pattern.compile("(?i).*(?:[√±^\\\\*×÷]|\\bnot\\b|\\bsqrt|\\bpi\\b|[-+/]\\s?$).*");
  private static final Pattern PER_CENT = Pattern.compile("(?i)\\A\\s?per cent\\b");
  private static final Pattern UNIT = Pattern.compile("\\s?(\\p{L}+|[%¢])");

  /** So many digits are in no case too many for anything that reads a number. */
  private static final int FEW_DIGITS = 15;

  private AnswerParser() {}

  /**
   * A whole number of few digits and nothing else, which most answers to school problems are. It
   * says the same when read by all the patterns, which costs a hundred times as much.
   */
  static Optional<AnswerValue> integer(String raw) {
    String text = raw.strip();
    int first = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - first;
    if (digits < 1 || digits > FEW_DIGITS) {
      return Optional.empty();
    }
    for (int i = first; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Quantity(
            BigDecimal.valueOf(Long.parseLong(text)),
            BigDecimal.ONE,
            BigDecimal.ONE,
            MeasureUnit.NONE));
  }

  /** Reads an answer, empty if it holds no letter and no digit. */
  static Optional<AnswerValue> parse(String raw) {
    return integer(raw).or(() -> parsed(raw));
  }

  /** The same by the patterns alone. */
  static Optional<AnswerValue> parsed(String raw) {
    String text =
        unwrapped(AnswerText.plain(raw.length() > LONGEST ? raw.substring(0, LONGEST) : raw));
    if (text.chars().noneMatch(Character::isLetterOrDigit)) {
      return Optional.empty();
    }
    return Optional.of(value(text));
  }

  private static AnswerValue value(String whole) {
    Matcher choice = CHOICE.matcher(whole);
    if (choice.matches()) {
      return new Choice(Character.toUpperCase(choice.group(1).charAt(0)));
    }
    Matcher named = CHOICE_NAMED.matcher(whole);
    if (named.matches()) {
      return new Choice(Character.toUpperCase(named.group(1).charAt(0)));
    }
    String text = CHOICE_LABEL.matcher(whole).replaceFirst("");
    return clock(text)
        .or(() -> ratio(text))
        .or(() -> range(text))
        .or(() -> pair(text))
        .or(() -> numbers(text))
        .orElseGet(() -> new Words(AnswerText.words(text)));
  }

  private static Optional<AnswerValue> numbers(String text) {
    if (EUROPEAN.matcher(text).lookingAt() || compound(text)) {
      return Optional.empty();
    }
    String ungrouped = GROUPED.matcher(text).replaceAll(match -> match.group().replace(",", ""));
    ungrouped =
        SPACE_GROUPED.matcher(ungrouped).replaceAll(match -> match.group().replace(" ", ""));
    ungrouped = AND_FRACTION.matcher(ungrouped).replaceAll(" ");
    ungrouped = AND_A_HALF.matcher(ungrouped).replaceAll(" 1/2");
    ungrouped = withoutRemarks(ungrouped);
    if (ungrouped.chars().noneMatch(Character::isDigit)) {
      return NumberWords.firstAsDigits(ungrouped).flatMap(AnswerParser::quantity).map(q -> q);
    }
    List<Quantity> values = new ArrayList<>();
    for (String part : SEPARATOR.split(ungrouped)) {
      if (part.chars().anyMatch(Character::isDigit) && !aside(part, values)) {
        Optional<Quantity> value = quantity(part.strip());
        if (value.isEmpty()) {
          return Optional.empty();
        }
        values.add(value.get());
      }
    }
    return Optional.of(values.size() == 1 ? values.get(0) : new Several(values));
  }

  /** {@code 6, not 5} says 6. */
  private static boolean aside(String part, List<Quantity> before) {
    return !before.isEmpty() && part.strip().startsWith("not ");
  }

  /** Of an equation the last side that is a number: {@code 3 * 6 = 18}, {@code 18 = 3 * 6}. */
  private static Optional<Quantity> quantity(String part) {
    String[] sides = part.split("[=≈]");
    for (int side = sides.length - 1; side >= 0; side--) {
      Optional<Quantity> value = side(sides[side].strip());
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private static Optional<Quantity> side(String side) {
    String text = side;
    if (text.startsWith("- ") && text.length() > 2) {
      text = "-" + text.substring(2);
    }
    Matcher number = NUMBER.matcher(text);
    if (!number.find() || NOT_A_VALUE.matcher(text.substring(0, number.start())).matches()) {
      return Optional.empty();
    }
    String rest = text.substring(number.end());
    if (OPERATION.matcher(rest).matches() || ALGEBRA.matcher(rest).matches()) {
      return Optional.empty();
    }
    return exact(number).map(value -> withUnit(value, number.group("currency") != null, rest));
  }

  /** The number a {@link #NUMBER} match says; empty if it divides by zero or is out of bounds. */
  private static Optional<Quantity> exact(Matcher number) {
    if (number.end() - number.start() > MOST_DIGITS) {
      return Optional.empty();
    }
    boolean negative = "-".equals(number.group("sign")) ^ "-".equals(number.group("inner"));
    BigDecimal numerator;
    BigDecimal denominator = BigDecimal.ONE;
    if (number.group("whole") != null) {
      denominator = decimal(number.group("bottom"));
      numerator =
          decimal(number.group("whole")).multiply(denominator).add(decimal(number.group("top")));
    } else {
      numerator = decimal(number.group("decimal"));
      if (number.group("divisor") != null) {
        denominator = decimal(number.group("divisor"));
      }
      if (number.group("exponent") != null) {
        numerator = numerator.scaleByPowerOfTen(Integer.parseInt(number.group("exponent")));
      }
    }
    if (denominator.signum() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Quantity(
            negative ? numerator.negate() : numerator,
            denominator,
            BigDecimal.ONE,
            MeasureUnit.NONE));
  }

  private static Quantity withUnit(Quantity number, boolean currency, String rest) {
    BigDecimal multiplier = BigDecimal.ONE;
    String tail =
        PER_CENT.matcher(rest.startsWith("-") ? rest.substring(1) : rest).replaceFirst("%");
    Matcher word = UNIT.matcher(tail);
    MeasureUnit unit = currency ? MeasureUnit.named("$").orElseThrow() : MeasureUnit.NONE;
    if (word.lookingAt()) {
      Optional<BigDecimal> counting =
          word.group().equalsIgnoreCase("k")
              ? Optional.of(new BigDecimal(1_000))
              : NumberWords.multiplier(word.group(1));
      if (counting.isPresent()) {
        multiplier = counting.get();
        word = UNIT.matcher(tail.substring(word.end()));
      }
      if (word.lookingAt()) {
        unit = MeasureUnit.named(word.group(1)).orElse(unit);
      }
    } else if (tail.strip().startsWith("$")) {
      unit = MeasureUnit.named("$").orElseThrow();
    }
    if (LOSS.matcher(rest).matches()) {
      unit = new MeasureUnit(unit.base() + " loss", unit.factor());
    }
    return new Quantity(number.numerator(), number.denominator(), multiplier, unit);
  }

  /** Whether a word behind a number changes what it says. */
  static boolean countsOrMeasures(String word) {
    return MeasureUnit.named(word).isPresent() || NumberWords.multiplier(word).isPresent();
  }

  private static Optional<AnswerValue> clock(String text) {
    Matcher clock = CLOCK.matcher(text);
    if (!clock.matches() || (clock.group(2) == null && clock.group(3) == null)) {
      return Optional.empty();
    }
    int hour = Integer.parseInt(clock.group(1));
    int minute = clock.group(2) == null ? 0 : Integer.parseInt(clock.group(2));
    boolean half = clock.group(3) != null;
    if (minute > 59 || hour > 23 || (half && (hour == 0 || hour > 12))) {
      return Optional.empty();
    }
    boolean afternoon = half && clock.group(3).equalsIgnoreCase("p");
    int hours = half ? hour % 12 + (afternoon ? 12 : 0) : hour == 12 ? 0 : hour;
    return Optional.of(new Clock(hours * 60 + minute, half || hour > 12 || hour == 0));
  }

  private static Optional<AnswerValue> ratio(String text) {
    if (!RATIO.matcher(text).matches()) {
      return Optional.empty();
    }
    List<BigDecimal> parts =
        Arrays.stream(text.split(":")).map(part -> new BigDecimal(part.strip())).toList();
    return parts.stream().allMatch(part -> part.signum() > 0)
        ? Optional.of(new Ratio(parts))
        : Optional.empty();
  }

  /** The time or ratio that stands last in a sentence. */
  private static Optional<AnswerValue> pair(String text) {
    return COLON_PAIR
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .reduce((first, second) -> second)
        .flatMap(pair -> clock(pair).or(() -> ratio(pair)));
  }

  private static Optional<AnswerValue> range(String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches() || (text.contains(" and ") && !text.startsWith("between "))) {
      return Optional.empty();
    }
    BigDecimal low = decimal(range.group(1));
    BigDecimal high = decimal(range.group(2));
    return low.compareTo(high) < 0 ? Optional.of(new Range(low, high)) : Optional.empty();
  }

  /** {@code 5 feet 3 inches}: two measures that make one. */
  private static boolean compound(String text) {
    Matcher compound = COMPOUND.matcher(text);
    return DOLLARS_CENTS.matcher(text).matches()
        || compound.matches()
            && MeasureUnit.named(compound.group(1)).isPresent()
            && MeasureUnit.named(compound.group(2)).isPresent();
  }

  /** {@code 18 (9 twos)} says 18, but {@code (3, 4)} and {@code five (5)} need their brackets. */
  private static String withoutRemarks(String text) {
    String bare = REMARK.matcher(text).replaceAll(" ").strip();
    return bare.chars().anyMatch(Character::isDigit) ? bare : text;
  }

  /** Without the marks and brackets around an answer. */
  static String unwrapped(String text) {
    String inner = text.strip();
    String before;
    do {
      before = inner;
      while (!inner.isEmpty() && ".,;:!?\"'*".indexOf(inner.charAt(inner.length() - 1)) >= 0) {
        inner = inner.substring(0, inner.length() - 1).strip();
      }
      while (!inner.isEmpty() && ":=\"'*,;≈~".indexOf(inner.charAt(0)) >= 0) {
        inner = inner.substring(1).strip();
      }
      if (inner.length() > 3 && closes(inner)) {
        inner = inner.substring(1, inner.length() - 1).strip();
      }
    } while (!inner.equals(before));
    return inner;
  }

  private static boolean closes(String text) {
    int kind = "([{".indexOf(text.charAt(0));
    return kind >= 0
        && ")]}".charAt(kind) == text.charAt(text.length() - 1)
        && text.indexOf(text.charAt(0), 1) < 0;
  }

  private static BigDecimal decimal(String digits) {
    return new BigDecimal(digits.replace(",", ""));
  }
}
