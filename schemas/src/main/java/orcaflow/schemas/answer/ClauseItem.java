package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue.Quantity;

/**
 * One item of a clause, read to its last token: words, a number with its unit, words. What is
 * neither makes the item unreadable; nothing is skipped that may change the number.
 */
final class ClauseItem {

  private static final Pattern LOSS = Pattern.compile("\\b(?:loss|decrease)\\b");

  private final String text;

  ClauseItem(String text) {
    this.text = text;
  }

  /** What an item comes to. */
  sealed interface Fate {}

  /** Words alone. */
  record Nothing() implements Fate {}

  /** More than a plain number. */
  record Unread() implements Fate {}

  /**
   * A number.
   *
   * @param led whether a sentence or other words stand before it
   * @param close the same number in fewer digits, behind an approximation sign
   */
  record Number(Quantity quantity, boolean computed, boolean led, Optional<Quantity> close)
      implements Fate {}

  /** Of an equation the last side that is a number: {@code 3 * 6 = 18}, {@code 18 = 3 * 6}. */
  Fate read(List<Token> tokens) {
    List<Fate> sides = new ArrayList<>();
    boolean close = false;
    int from = 0;
    for (int at = 0; at <= tokens.size(); at++) {
      if (at == tokens.size() || tokens.get(at).isOneOf("=≈")) {
        List<Token> side = tokens.subList(from, at);
        if (isEquationToSolve(side) && at < tokens.size()) {
          return new Unread();
        }
        sides.add(side(side));
        close |= at < tokens.size() && tokens.get(at).is("≈") && !side.isEmpty();
        from = at + 1;
      }
    }
    return sides.size() == 1 ? sides.get(0) : equation(sides, close);
  }

  /** {@code 2x = 18}, {@code x^2 = 9}, {@code |x| = 3}: the other side is not the answer. */
  private static boolean isEquationToSolve(List<Token> side) {
    for (int i = 0; i < side.size(); i++) {
      Token token = side.get(i);
      boolean coefficient =
          i > 0 && side.get(i - 1).isNumber() && token.isWord() && !token.spaced();
      boolean power = token.is("^") && i > 0 && side.get(i - 1).isWord();
      if ((coefficient && ClauseWords.isVariable(token)) || power || token.isOneOf("|√")) {
        return true;
      }
    }
    return false;
  }

  private static Fate equation(List<Fate> sides, boolean close) {
    List<Number> numbers =
        sides.stream().filter(Number.class::isInstance).map(Number.class::cast).toList();
    if (numbers.isEmpty()) {
      return sides.stream().anyMatch(Unread.class::isInstance) ? new Unread() : new Nothing();
    }
    Number last = numbers.get(numbers.size() - 1);
    if (numbers.size() > 1) {
      Number before = numbers.get(numbers.size() - 2);
      if (close && QuantityRules.isRoundingOf(before.quantity(), last.quantity())) {
        return new Number(
            before.quantity(), before.computed(), before.led(), Optional.of(last.quantity()));
      }
      if (last.computed()) {
        boolean same = isSame(before.quantity(), last.quantity());
        return same ? before : new Unread();
      }
    }
    boolean led = numbers.stream().anyMatch(Number::led);
    return new Number(last.quantity(), last.computed(), led, last.close());
  }

  private static boolean isSame(Quantity one, Quantity other) {
    return new Exact(one.numerator(), one.denominator())
        .same(new Exact(other.numerator(), other.denominator()));
  }

  private Fate side(List<Token> whole) {
    List<Token> tokens = withoutLabel(whole);
    int start = start(tokens);
    if (start < 0) {
      return new Nothing();
    }
    if (isRange(tokens, start) || !isPlainBefore(tokens, start)) {
      return new Unread();
    }
    Optional<Measures.Measure> measure = new Measures(text, tokens).at(start);
    if (measure.isEmpty() || !isPlainBehind(tokens, measure.get().end())) {
      return new Unread();
    }
    boolean led = tokens.subList(0, start).stream().anyMatch(ClauseItem::isTelling);
    Quantity quantity = lost(measure.get().quantity(), tokens, measure.get().end());
    return new Number(quantity, measure.get().computed(), led, Optional.empty());
  }

  private Quantity lost(Quantity quantity, List<Token> tokens, int from) {
    if (from >= tokens.size()) {
      return quantity;
    }
    int end = tokens.get(tokens.size() - 1).end();
    String rest = text.substring(tokens.get(from).start(), end).toLowerCase(java.util.Locale.ROOT);
    MeasureUnit unit = quantity.unit();
    return LOSS.matcher(rest).find()
        ? new Quantity(
            quantity.numerator(),
            quantity.denominator(),
            quantity.multiplier(),
            new MeasureUnit(unit.base() + " loss", unit.factor()))
        : quantity;
  }

  /** Words before a number that say more than about, approximately or a currency. */
  private static boolean isTelling(Token token) {
    return token.isWord()
        && !List.of(
                "about",
                "approximately",
                "approx",
                "around",
                "roughly",
                "nearly",
                "at",
                "a",
                "an",
                "only",
                "just",
                "exactly",
                "total",
                "minus",
                "negative")
            .contains(token.text())
        && !ClauseWords.isMoney(token);
  }

  /** Without {@code Day 5:}, {@code Total:}, {@code 1)} before the rest. */
  private static List<Token> withoutLabel(List<Token> tokens) {
    if (tokens.size() > 2 && tokens.get(0).isNumber() && tokens.get(1).is(")")) {
      return tokens.subList(2, tokens.size());
    }
    for (int i = 1; i + 1 < tokens.size() && i < 8; i++) {
      boolean colon = tokens.get(i).is(":") && tokens.get(i + 1).spaced();
      if (colon && tokens.get(0).isWord()) {
        return tokens.subList(i + 1, tokens.size());
      }
    }
    return tokens;
  }

  /** Where the first number starts with its sign, currency and brackets; -1 without any. */
  private static int start(List<Token> tokens) {
    int number = 0;
    while (number < tokens.size() && !tokens.get(number).isNumber()) {
      number++;
    }
    if (number == tokens.size()) {
      return -1;
    }
    int start = number;
    while (start > 0 && isPrefix(tokens.get(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean isPrefix(Token token) {
    return token.isOneOf("-+(")
        || Expression.isCurrency(token)
        || token.is("minus")
        || token.is("negative");
  }

  /** {@code 2-4}, and {@code 1-1/4}, which may be a mixed number. */
  private static boolean isRange(List<Token> tokens, int start) {
    int at = start;
    while (at < tokens.size() && !tokens.get(at).isNumber()) {
      at++;
    }
    return at + 2 < tokens.size()
        && tokens.get(at + 1).is("-")
        && !tokens.get(at + 1).spaced()
        && tokens.get(at + 2).isNumber();
  }

  private static boolean isPlainBefore(List<Token> tokens, int end) {
    for (int i = 0; i < end; i++) {
      Token token = tokens.get(i);
      boolean bullet = i == 0 && token.isOneOf("*-•+/");
      boolean denied = token.isWord() && (ClauseWords.changesBefore(token) || more(tokens, i));
      if (denied || (!token.isWord() && !bullet && !token.isOneOf("\"'.,:;()[]{}-°#?"))) {
        return false;
      }
    }
    boolean glued = end > 0 && !tokens.get(end).spaced() && tokens.get(end - 1).isWord();
    return !glued
        || Expression.isCurrency(tokens.get(end))
        || ClauseWords.isMoney(tokens.get(end - 1));
  }

  private static boolean more(List<Token> tokens, int at) {
    return tokens.get(at).is("more") && at + 1 < tokens.size() && tokens.get(at + 1).is("than");
  }

  private static boolean isPlainBehind(List<Token> tokens, int from) {
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token before = tokens.get(i - 1);
      boolean power =
          token.is("^") && before.isWord() || before.is("^") && i > 1 && tokens.get(i - 2).isWord();
      boolean rate = token.is("/") && i + 1 < tokens.size() && tokens.get(i + 1).isWord();
      boolean sign = token.isOneOf("\"'.,:;()[]{}°%¢$?€£₹¥") || rate || power;
      boolean glued = token.isWord() && before.isOneOf("/");
      boolean word = token.isWord() && (glued || !ClauseWords.changesBehind(token));
      if (before.isOneOf("-") && token.isWord() || token.is("-") && !isDash(tokens, i)) {
        word = token.isWord() && token.text().length() > 1 && !ClauseWords.changesBehind(token);
        sign = false;
      } else if (token.is("-")) {
        sign = true;
      }
      if (!sign && !word) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDash(List<Token> tokens, int at) {
    return at + 1 < tokens.size()
        && tokens.get(at + 1).isWord()
        && tokens.get(at + 1).text().length() > 1;
  }
}
