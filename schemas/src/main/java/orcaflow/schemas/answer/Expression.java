package orcaflow.schemas.answer;

import java.util.List;
import java.util.Optional;

/**
 * Numbers with operators between them, evaluated exactly: {@code 3 * (4 + 5)}, {@code 2^10}, {@code
 * 1 1/2}, {@code 18 divided by 3}. What is no such thing is left to the reader around it.
 */
final class Expression {

  private static final String CURRENCIES = "$£€¥₹";
  private static final int DEEPEST = 20;

  private final List<Token> tokens;
  private int at;
  private int depth;
  private boolean computed;
  private boolean currency;
  private boolean failed;

  private Expression(List<Token> tokens, int at) {
    this.tokens = tokens;
    this.at = at;
  }

  /**
   * What was read.
   *
   * @param end the token behind it
   * @param computed whether it is more than a number, a fraction or a mixed number
   */
  record Result(Exact value, int end, boolean computed, boolean currency) {}

  static boolean isCurrency(Token token) {
    return token.kind() == Token.Kind.SIGN && CURRENCIES.contains(token.text());
  }

  /** Empty if no number starts there, or if it cannot be evaluated. */
  static Optional<Result> at(List<Token> tokens, int from) {
    Expression expression = new Expression(tokens, from);
    Exact value = expression.sum();
    return expression.failed || !value.isInBounds()
        ? Optional.empty()
        : Optional.of(new Result(value, expression.at, expression.computed, expression.currency));
  }

  private Exact sum() {
    Exact value = product();
    while (!failed && at < tokens.size()) {
      boolean plus = sign("+") || sign("plus");
      boolean minus = (sign("-") && tokens.get(at).spaced()) || sign("minus");
      if ((!plus && !minus) || !startsNumber(at + 1)) {
        break;
      }
      at++;
      Exact next = product();
      failed |= !failed && minus && depth == 0 && isRange(value, next);
      value = plus ? value.plus(next) : value.plus(next.negated());
      computed = true;
    }
    return value;
  }

  /** {@code 5 - 8} is as often a range as a difference. */
  private boolean isRange(Exact value, Exact next) {
    return tokens.get(at - 1).isNumber() && value.below(next);
  }

  private Exact product() {
    Exact value = power();
    while (!failed && at < tokens.size()) {
      int words = words("divided", "by") ? 2 : words("multiplied", "by") ? 2 : 1;
      boolean over = sign("/") || sign("÷") || words("divided", "by");
      boolean times =
          sign("*") || sign("×") || sign("times") || isCross() || words("multiplied", "by");
      boolean beside = sign("(") && !tokens.get(at).spaced();
      if (!beside && ((!over && !times) || !startsNumber(at + words))) {
        break;
      }
      boolean plain = over && sign("/") && !computed;
      at += beside ? 0 : words;
      int before = at;
      Exact next = power();
      if (over) {
        Optional<Exact> quotient = failed ? Optional.empty() : value.over(next);
        failed |= quotient.isEmpty();
        value = quotient.orElse(value);
      } else {
        value = value.times(next);
      }
      computed |= !plain || (at < tokens.size() && sign("/") && at > before);
      failed |= !value.isInBounds();
    }
    return value;
  }

  private Exact power() {
    Exact base = primary();
    if (failed || at >= tokens.size()) {
      return base;
    }
    Optional<Exact> raised = Optional.of(base);
    if (sign("^") && startsNumber(at + 1)) {
      at++;
      raised = base.power(primary());
      computed |= !isTen(base);
    } else if (sign("squared") || sign("cubed")) {
      raised = base.power(Exact.of(sign("squared") ? 2 : 3));
      at++;
      computed = true;
    } else if (words("to", "the") && at + 4 < tokens.size() && tokens.get(at + 2).is("power")) {
      at += 4;
      raised = base.power(primary());
      computed = true;
    } else if (sign("!") && at + 1 < tokens.size() && !tokens.get(at).spaced()) {
      at++;
      raised = base.factorial();
      computed = true;
    }
    failed |= raised.isEmpty();
    return raised.orElse(base);
  }

  private static boolean isTen(Exact base) {
    return base.same(Exact.of(10));
  }

  private Exact primary() {
    if (at >= tokens.size() || ++depth > DEEPEST) {
      failed = true;
      return Exact.of(0);
    }
    Token token = tokens.get(at);
    Exact value;
    if (token.is("-") || token.is("+") || token.is("minus") || token.is("negative")) {
      at++;
      value = token.is("+") ? primary() : primary().negated();
    } else if (isCurrency(token)) {
      at++;
      currency = true;
      value = primary();
    } else if (token.is("(")) {
      at++;
      value = sum();
      failed |= !sign(")");
      at++;
    } else if (token.isNumber() && token.value().isPresent()) {
      at++;
      value = mixed(token.value().get());
    } else {
      failed = true;
      value = Exact.of(0);
    }
    depth--;
    return value;
  }

  /** {@code 1 1/2} and {@code 1 and 1/2}. */
  private Exact mixed(Exact whole) {
    int top = words("and") ? at + 1 : at;
    if (top + 2 < tokens.size()
        && whole.isWhole()
        && tokens.get(top).isNumber()
        && tokens.get(top).spaced()
        && tokens.get(top + 1).is("/")
        && tokens.get(top + 2).isNumber()) {
      Optional<Exact> above = tokens.get(top).value();
      Optional<Exact> part = above.flatMap(a -> tokens.get(top + 2).value().flatMap(a::over));
      boolean whole2 = above.filter(Exact::isWhole).isPresent() && part.isPresent();
      failed |= !whole2;
      at = top + 3;
      return whole2 ? withPart(whole, part.get()) : whole;
    }
    return whole;
  }

  private static Exact withPart(Exact whole, Exact part) {
    return new Exact(
        whole.numerator().multiply(part.denominator()).add(part.numerator()), part.denominator());
  }

  /** {@code 3 x 4}. */
  private boolean isCross() {
    return sign("x") && at + 1 < tokens.size() && tokens.get(at + 1).isNumber();
  }

  /** Whether a number, with its sign, currency or brackets, starts at a token. */
  private boolean startsNumber(int from) {
    int next = from;
    while (next < tokens.size()
        && next - from < 4
        && (tokens.get(next).isOneOf("-+(")
            || isCurrency(tokens.get(next))
            || tokens.get(next).is("negative"))) {
      next++;
    }
    return next < tokens.size() && tokens.get(next).isNumber();
  }

  private boolean sign(String sign) {
    return at < tokens.size() && tokens.get(at).is(sign);
  }

  private boolean words(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
        return false;
      }
    }
    return true;
  }
}
