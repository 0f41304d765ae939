package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.answer.AnswerValue.Quantity;

/**
 * A number with what belongs to it: magnitude ({@code 5 dozen}, {@code $5M}), unit, percent sign,
 * and smaller measures of the same kind ({@code 5 ft 3 in} is one length).
 */
final class Measures {

  private static final BigDecimal MILLION = new BigDecimal(1_000_000);
  private static final BigDecimal BILLION = new BigDecimal(1_000_000_000);
  private static final MeasureUnit DOLLAR = MeasureUnit.named("$").orElseThrow();

  private final String text;
  private final List<Token> tokens;

  Measures(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /** A measure and the token behind it. */
  record Measure(Quantity quantity, int end, boolean computed) {}

  /** Empty if what starts there is no number that can be evaluated. */
  Optional<Measure> at(int from) {
    return single(from, MeasureUnit.NONE).map(this::compound);
  }

  private Optional<Measure> single(int from, MeasureUnit larger) {
    return Expression.at(tokens, from).flatMap(number -> behind(number, larger));
  }

  private Optional<Measure> behind(Expression.Result number, MeasureUnit larger) {
    int at = number.end();
    BigDecimal multiplier = BigDecimal.ONE;
    MeasureUnit unit = number.currency() ? DOLLAR : MeasureUnit.NONE;
    Exact value = number.value();
    boolean computed = number.computed();
    Optional<BigDecimal> magnitude = magnitude(at, number.currency());
    Optional<Integer> part = is(at) ? NumberWords.part(tokens.get(at).text()) : Optional.empty();
    if (magnitude.isPresent()) {
      multiplier = magnitude.get();
      at++;
      Optional<Exact> more = rest(at, multiplier);
      if (more.isPresent()) {
        value = value.times(Exact.of(multiplier)).plus(more.get());
        multiplier = BigDecimal.ONE;
        at += 2;
      }
    } else if (part.isPresent() && isDigits(at - 1)) {
      if (1000 % part.get() != 0) {
        return Optional.empty();
      }
      multiplier = BigDecimal.ONE.divide(BigDecimal.valueOf(part.get()));
      at++;
    }
    if (is(at) && tokens.get(at).is("a") && is(at + 1) && unit(at + 1, larger).isPresent()) {
      at++;
    }
    int percent = percentEnd(at);
    if (percent > at && computed) {
      return Optional.empty();
    }
    if (percent > at) {
      unit = MeasureUnit.PERCENT;
      at = percent;
    } else if (is(at)) {
      Optional<MeasureUnit> named = unit(at, larger);
      at += named.isPresent() ? 1 : 0;
      unit = named.orElse(unit);
    }
    boolean share =
        unit.equals(MeasureUnit.PERCENT)
            || value.denominator().compareTo(BigDecimal.ONE) != 0
            || part.isPresent();
    if (share && is(at) && tokens.get(at).is("of") && startsNumber(at + 1)) {
      Optional<Expression.Result> whole = Expression.at(tokens, at + 1);
      if (whole.isEmpty()) {
        return Optional.empty();
      }
      BigDecimal factor = unit.equals(MeasureUnit.PERCENT) ? new BigDecimal("0.01") : multiplier;
      value = value.times(Exact.of(factor)).times(whole.get().value());
      unit = MeasureUnit.NONE;
      multiplier = BigDecimal.ONE;
      at = whole.get().end();
      computed = true;
    }
    return Optional.of(
        new Measure(
            new Quantity(value.numerator(), value.denominator(), multiplier, unit), at, computed));
  }

  /** {@code 1 dozen and 3}. */
  private Optional<Exact> rest(int at, BigDecimal multiplier) {
    return is(at)
            && tokens.get(at).is("and")
            && is(at + 1)
            && tokens.get(at + 1).isNumber()
            && !(is(at + 2) && tokens.get(at + 2).isOneOf("/%"))
        ? tokens.get(at + 1).value().filter(more -> more.below(Exact.of(multiplier)))
        : Optional.empty();
  }

  private Measure compound(Measure first) {
    Measure whole = first;
    MeasureUnit last = first.quantity().unit();
    while (!last.base().isEmpty()) {
      int at = whole.end();
      at += is(at) && (tokens.get(at).is("and") || tokens.get(at).is(",")) ? 1 : 0;
      MeasureUnit larger = last;
      Optional<Measure> next =
          startsNumber(at)
              ? single(at, larger).filter(smaller -> continues(larger, smaller.quantity()))
              : Optional.empty();
      if (next.isEmpty()) {
        return whole;
      }
      whole = sum(whole, next.get());
      last = next.get().quantity().unit();
    }
    return whole;
  }

  /** A smaller unit of the same kind, and less of it than makes one of the larger. */
  private static boolean continues(MeasureUnit larger, Quantity smaller) {
    Exact amount = new Exact(smaller.numerator(), smaller.denominator());
    return smaller.unit().base().equals(larger.base())
        && smaller.unit().factor().compareTo(larger.factor()) < 0
        && smaller.multiplier().equals(BigDecimal.ONE)
        && amount.signum() >= 0
        && amount.times(Exact.of(smaller.unit().factor())).below(Exact.of(larger.factor()));
  }

  private static Measure sum(Measure whole, Measure part) {
    Quantity one = whole.quantity();
    Quantity other = part.quantity();
    Exact first = new Exact(one.numerator(), one.denominator());
    Exact second =
        new Exact(
            other.numerator().multiply(other.unit().factor()),
            other.denominator().multiply(one.unit().factor()));
    Exact sum = first.signum() < 0 ? first.plus(second.negated()) : first.plus(second);
    return new Measure(
        new Quantity(sum.numerator(), sum.denominator(), one.multiplier(), one.unit()),
        part.end(),
        whole.computed() || part.computed());
  }

  private Optional<BigDecimal> magnitude(int at, boolean currency) {
    if (!is(at) || !tokens.get(at).isWord()) {
      return Optional.empty();
    }
    Token word = tokens.get(at);
    boolean glued = !word.spaced();
    boolean capital = Character.isUpperCase(text.charAt(word.start()));
    return switch (word.text()) {
      case "k" -> Optional.of(new BigDecimal(1_000));
      case "m" -> (capital && glued) || currency ? Optional.of(MILLION) : Optional.empty();
      case "b" -> (capital && glued) || currency ? Optional.of(BILLION) : Optional.empty();
      case "mn", "mil", "mio", "mln" -> Optional.of(MILLION);
      case "bn", "bln" -> Optional.of(BILLION);
      default -> NumberWords.multiplier(word.text());
    };
  }

  private int percentEnd(int at) {
    if (!is(at)) {
      return at;
    }
    Token token = tokens.get(at);
    if (token.is("%") || token.is("percent") || token.is("pct") || token.is("percentage")) {
      return at + 1;
    }
    return token.is("per") && is(at + 1) && tokens.get(at + 1).is("cent") ? at + 2 : at;
  }

  private Optional<MeasureUnit> unit(int at, MeasureUnit larger) {
    Token token = tokens.get(at);
    if (larger.base().equals("second") && (token.is("m") || token.is("s"))) {
      return MeasureUnit.named(token.is("m") ? "minute" : "second");
    }
    if (larger.base().equals("inch") && (token.is("in") || token.is("\""))) {
      return MeasureUnit.named("inch");
    }
    if (token.is("'") && !token.spaced() && (is(at + 1) && tokens.get(at + 1).isNumber())) {
      return MeasureUnit.named("foot");
    }
    return token.isWord() || token.isOneOf("¢$")
        ? MeasureUnit.named(token.text())
        : Optional.empty();
  }

  private boolean startsNumber(int at) {
    return is(at)
        && (tokens.get(at).isNumber()
            || (Expression.isCurrency(tokens.get(at))
                && is(at + 1)
                && tokens.get(at + 1).isNumber()));
  }

  /** Whether a number stands there in digits. */
  private boolean isDigits(int at) {
    return at >= 0
        && tokens.get(at).isNumber()
        && Numeral.isDigit(text.charAt(tokens.get(at).end() - 1));
  }

  private boolean is(int at) {
    return at >= 0 && at < tokens.size();
  }
}
