package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.answer.AnswerValue.Quantity;

/**
 * The items of a clause: {@code 3, 4 and 5}.
 *
 * @param either whether {@code or} stands between them
 * @param joined other numbers that the clause may be: {@code 3,5} is 3.5 in many languages
 * @param led whether words of a sentence stand before a number
 */
record ClauseList(
    List<ClauseItem.Number> numbers, boolean either, List<Quantity> joined, boolean led) {

  /** Empty if an item is unreadable. */
  static Optional<ClauseList> read(String text, List<Token> wrapped) {
    List<Token> tokens = unbracketed(wrapped);
    ClauseItem reader = new ClauseItem(text);
    List<ClauseItem.Number> numbers = new ArrayList<>();
    boolean either = false;
    boolean led = false;
    int from = 0;
    for (int at = 0; at <= tokens.size(); at++) {
      if (at < tokens.size() && !isSeparator(tokens, at)) {
        continue;
      }
      List<Token> item = tokens.subList(from, at);
      if (!numbers.isEmpty() && !item.isEmpty() && ClauseWords.beginsRemark(item.get(0))) {
        if (ClauseWords.beginsConclusion(item.get(0)) && hasNumber(tokens, from)) {
          return Optional.empty();
        }
        break;
      }
      ClauseItem.Fate fate = item.isEmpty() ? new ClauseItem.Nothing() : reader.read(item);
      if (fate instanceof ClauseItem.Number number) {
        led |= number.led();
        numbers.add(number);
      } else if (fate instanceof ClauseItem.Unread || isOfFormula(item)) {
        return Optional.empty();
      } else {
        led |= numbers.isEmpty() && !item.isEmpty();
      }
      either |= at < tokens.size() && tokens.get(at).is("or");
      from = at + 1;
    }
    return numbers.isEmpty()
        ? Optional.empty()
        : Optional.of(new ClauseList(numbers, either, joined(tokens), led));
  }

  private static boolean isOfFormula(List<Token> item) {
    return item.stream().anyMatch(token -> token.isOneOf("√±π<>≤≥≠→|+"));
  }

  private static List<Token> unbracketed(List<Token> tokens) {
    int last = tokens.size() - 1;
    boolean wrapped =
        last > 2
            && tokens.get(0).isOneOf("([{")
            && tokens.get(last).isOneOf(")]}")
            && tokens.subList(1, last).stream().noneMatch(token -> token.isOneOf("()[]{}"));
    return wrapped ? tokens.subList(1, last) : tokens;
  }

  private static boolean isSeparator(List<Token> tokens, int at) {
    Token token = tokens.get(at);
    if (token.isOneOf(";&") || token.is("or")) {
      return true;
    }
    return (token.is(",") || token.is("and")) && !joins(tokens, at);
  }

  /** Whether a comma or an {@code and} stands inside one number or one measure. */
  private static boolean joins(List<Token> tokens, int at) {
    if (at == 0 || at + 1 >= tokens.size() || !startsNumber(tokens, at + 1)) {
      return false;
    }
    Token before = tokens.get(at - 1);
    boolean and = tokens.get(at).is("and");
    if (and && before.isNumber() && at + 3 < tokens.size() && tokens.get(at + 2).is("/")) {
      return tokens.get(at + 3).isNumber();
    }
    if (and && NumberWords.multiplier(before.text()).isPresent()) {
      return at > 1 && tokens.get(at - 2).isNumber();
    }
    if (at > 1 && tokens.get(at - 2).isNumber() && at + 2 < tokens.size()) {
      return smaller(unit(before), unit(tokens.get(at + 2)));
    }
    boolean money =
        before.isNumber() && at > 1 && tokens.get(at - 2).is("$") && at + 2 < tokens.size();
    return money && smaller(MeasureUnit.named("$"), unit(tokens.get(at + 2)));
  }

  private static boolean startsNumber(List<Token> tokens, int at) {
    return tokens.get(at).isNumber();
  }

  private static Optional<MeasureUnit> unit(Token token) {
    return token.is("in") ? MeasureUnit.named("inch") : MeasureUnit.named(token.text());
  }

  private static boolean smaller(Optional<MeasureUnit> one, Optional<MeasureUnit> other) {
    return one.isPresent()
        && other.isPresent()
        && one.get().base().equals(other.get().base())
        && other.get().factor().compareTo(one.get().factor()) < 0;
  }

  /** {@code 3,5} and {@code 1, 234} as one number. */
  private static List<Quantity> joined(List<Token> tokens) {
    int sign = !tokens.isEmpty() && tokens.get(0).isOneOf("-+$€£₹") ? 1 : 0;
    boolean pair =
        tokens.size() >= 3 + sign
            && tokens.get(sign).isNumber()
            && tokens.get(sign + 1).is(",")
            && tokens.get(sign + 2).isNumber()
            && (tokens.size() == 3 + sign || !tokens.get(3 + sign).is(","));
    if (!pair) {
      return List.of();
    }
    String first = digits(tokens.get(sign));
    String second = tokens.get(sign + 2).text();
    if (first.contains(".") || !second.chars().allMatch(Character::isDigit)) {
      return List.of();
    }
    String minus = sign == 1 && tokens.get(0).is("-") ? "-" : "";
    List<Quantity> joined = new ArrayList<>();
    joined.add(Quantity.of(new BigDecimal(minus + first + "." + second)));
    if (second.length() == 3) {
      joined.add(Quantity.of(new BigDecimal(minus + first + second)));
    }
    return joined;
  }

  private static String digits(Token number) {
    return number
        .value()
        .filter(Exact::isWhole)
        .map(value -> value.numerator().toBigInteger().toString())
        .orElse(".");
  }

  /** Without {@code in 3 days} or {@code after 5 hours} where another number is left. */
  static List<Token> withoutTimes(List<Token> tokens) {
    if (tokens.stream().filter(Token::isNumber).count() < 2) {
      return tokens;
    }
    List<Token> left = new ArrayList<>();
    int numbers = 0;
    for (int at = 0; at < tokens.size(); at++) {
      int end = timeEnd(tokens, at);
      if (end > at && (numbers > 0 || hasNumber(tokens, end))) {
        at = end - 1;
      } else {
        numbers += tokens.get(at).isNumber() ? 1 : 0;
        left.add(tokens.get(at));
      }
    }
    return left;
  }

  static boolean hasNumber(List<Token> tokens, int from) {
    return tokens.subList(from, tokens.size()).stream().anyMatch(Token::isNumber);
  }

  /** Behind a statement of time that starts at a token. */
  static int timeEnd(List<Token> tokens, int at) {
    if (!tokens.get(at).isWord() || !ClauseWords.beginsTime(tokens.get(at))) {
      return at;
    }
    int number = at + 1;
    while (number < tokens.size()
        && number < at + 3
        && List.of("the", "first", "last", "next").contains(tokens.get(number).text())) {
      number++;
    }
    boolean time =
        number + 1 < tokens.size()
            && tokens.get(number).isNumber()
            && tokens.get(number + 1).isWord()
            && ClauseWords.isTime(tokens.get(number + 1));
    return time ? number + 2 : at;
  }
}
