package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * An unsigned number in digits, with the grouping it has: {@code 1,234.5}, {@code 12,34,567},
 * {@code 1 234}, {@code 1'234}, {@code 1_234}, {@code 1.234.567}, {@code 1.234,5}, {@code 1.5e3},
 * {@code 0.(3)}, {@code 0.333...}.
 *
 * @param value empty when the number is out of bounds or its end is left out
 */
record Numeral(Optional<Exact> value, int end) {

  /** Stands before the brackets with the digits that repeat. */
  static final char REPEATING = '\u0305';

  private static final int MOST_DIGITS = 400;

  static boolean startsAt(String text, int at) {
    char c = text.charAt(at);
    return isDigit(c)
        || (c == '.' && digit(text, at + 1) && (at == 0 || !isDigit(text.charAt(at - 1))));
  }

  /** The number that starts at a place where {@link #startsAt} holds. */
  static Numeral at(String text, int from) {
    int end = digitsEnd(text, from);
    StringBuilder digits = new StringBuilder(text.substring(from, end));
    if (end > from) {
      end = groups(text, from, end, digits);
    }
    int whole = digits.length();
    boolean dotted = end < text.length() && text.charAt(end) == '.';
    if (dotted && digit(text, end + 1) && !isGroupedByDots(text, from, end)) {
      int next = digitsEnd(text, end + 1);
      digits.append('.').append(text, end + 1, next);
      end = next;
    } else if (end < text.length() && text.charAt(end) == ',' && isGroupedByDots(text, from, end)) {
      int next = digitsEnd(text, end + 1);
      if (next > end + 1) {
        digits.append('.').append(text, end + 1, next);
        end = next;
      }
    }
    if (digits.length() > MOST_DIGITS) {
      return new Numeral(Optional.empty(), end);
    }
    return ended(text, end, digits, whole);
  }

  private static Numeral ended(String text, int end, StringBuilder digits, int whole) {
    boolean decimals = digits.length() > whole;
    boolean dot = !decimals && at(text, end, '.');
    int mark = end + (dot ? 1 : 0);
    if (at(text, mark, REPEATING) || (dot && at(text, mark, '('))) {
      int open = at(text, mark, REPEATING) ? mark + 1 : mark;
      int close = at(text, open, '(') ? digitsEnd(text, open + 1) : open;
      if (close > open + 1 && close - open < 20 && at(text, close, ')')) {
        return new Numeral(
            Optional.of(repeating(digits, whole, text.substring(open + 1, close))), close + 1);
      }
    }
    BigDecimal value = decimal(digits);
    if (decimals && (at(text, end, '…') || text.startsWith("...", end))) {
      int behind = end + (at(text, end, '…') ? 1 : 3);
      return new Numeral(repeated(digits, whole), behind);
    }
    int exponent = exponentEnd(text, end);
    if (exponent > end) {
      int power = Integer.parseInt(text.substring(end + 1, exponent).replace("+", ""));
      return new Numeral(Optional.of(Exact.of(value.scaleByPowerOfTen(power))), exponent);
    }
    return new Numeral(Optional.of(Exact.of(value)), end);
  }

  private static BigDecimal decimal(CharSequence digits) {
    String text = digits.toString();
    return new BigDecimal(text.startsWith(".") ? "0" + text : text);
  }

  /** Appends the groups behind the first digits; where they end. */
  private static int groups(String text, int from, int first, StringBuilder digits) {
    if (first - from > 3 || first >= text.length()) {
      return first;
    }
    char mark = text.charAt(first);
    if (mark == ',' && text.charAt(from) != '0') {
      int indian = indianEnd(text, from, first);
      return indian > first
          ? append(text, first, indian, digits)
          : append(text, first, groupsEnd(text, first, ','), digits);
    }
    boolean spaced = mark == ' ' && text.charAt(from) != '0' && !follows(text, from);
    if (spaced || mark == '\'' || mark == '_' || mark == '\u2009') {
      int end = groupsEnd(text, first, mark);
      boolean fraction = at(text, end, '/') && mark == ' ';
      return append(text, first, fraction ? end - 4 : end, digits);
    }
    if (mark == '.') {
      int end = groupsEnd(text, first, '.');
      boolean several = end - first > 4;
      boolean comma = end > first && at(text, end, ',') && digit(text, end + 1);
      return several || comma ? append(text, first, end, digits) : first;
    }
    return first;
  }

  private static boolean follows(String text, int from) {
    return from > 0 && ".,/".indexOf(text.charAt(from - 1)) >= 0;
  }

  private static boolean isGroupedByDots(String text, int from, int end) {
    return text.substring(from, end).indexOf('.') >= 0;
  }

  private static int append(String text, int from, int end, StringBuilder digits) {
    for (int i = from; i < end; i++) {
      if (isDigit(text.charAt(i))) {
        digits.append(text.charAt(i));
      }
    }
    return Math.max(end, from);
  }

  /** Behind all groups of a mark and three digits. */
  private static int groupsEnd(String text, int from, char mark) {
    int end = from;
    while (at(text, end, mark) && digitsEnd(text, end + 1) == end + 4) {
      end += 4;
    }
    return end;
  }

  /** {@code 12,34,567}: groups of two and a last one of three. */
  private static int indianEnd(String text, int from, int first) {
    int end = first;
    while (at(text, end, ',') && digitsEnd(text, end + 1) == end + 3) {
      end += 3;
    }
    boolean last = end > first && at(text, end, ',') && digitsEnd(text, end + 1) == end + 4;
    return first - from <= 2 && last ? end + 4 : first;
  }

  private static int exponentEnd(String text, int at) {
    if (!at(text, at, 'e') && !at(text, at, 'E')) {
      return at;
    }
    int digits = at(text, at + 1, '-') || at(text, at + 1, '+') ? at + 2 : at + 1;
    int end = digitsEnd(text, digits);
    boolean few = end > digits && end - digits <= 2;
    boolean ends = end >= text.length() || !Character.isLetterOrDigit(text.charAt(end));
    return few && ends ? end : at;
  }

  private static Exact repeating(StringBuilder digits, int whole, String block) {
    int decimals = Math.max(0, digits.length() - whole - 1);
    BigDecimal shown = digits.length() == 0 ? BigDecimal.ZERO : decimal(digits);
    BigDecimal nines = BigDecimal.TEN.pow(block.length()).subtract(BigDecimal.ONE);
    BigDecimal below = nines.multiply(BigDecimal.TEN.pow(decimals));
    return new Exact(shown.multiply(below).add(new BigDecimal(new BigInteger(block))), below);
  }

  /** {@code 0.1666...} is 1/6: the last digits stand there at least twice. */
  private static Optional<Exact> repeated(StringBuilder digits, int whole) {
    int decimals = digits.length() - whole - 1;
    for (int size = 1; 2 * size <= Math.min(decimals, 20); size++) {
      int end = digits.length();
      String block = digits.substring(end - size);
      if (digits.substring(end - 2 * size, end - size).equals(block)) {
        return Optional.of(repeating(new StringBuilder(digits), whole, block));
      }
    }
    return Optional.empty();
  }

  private static int digitsEnd(String text, int from) {
    int end = Math.min(from, text.length());
    while (digit(text, end)) {
      end++;
    }
    return end;
  }

  private static boolean at(String text, int at, char c) {
    return at >= 0 && at < text.length() && text.charAt(at) == c;
  }

  private static boolean digit(String text, int at) {
    return at < text.length() && isDigit(text.charAt(at));
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
