package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.Optional;

/** An exact number {@code numerator / denominator}; the denominator is never 0. */
record Exact(BigDecimal numerator, BigDecimal denominator) {

  private static final int MOST_DIGITS = 400;
  private static final int HIGHEST_POWER = 64;
  private static final int HIGHEST_FACTORIAL = 20;

  static Exact of(BigDecimal value) {
    return new Exact(value, BigDecimal.ONE);
  }

  static Exact of(long value) {
    return of(BigDecimal.valueOf(value));
  }

  Exact plus(Exact other) {
    return denominator.equals(other.denominator)
        ? new Exact(numerator.add(other.numerator), denominator)
        : new Exact(
            numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
            denominator.multiply(other.denominator));
  }

  Exact negated() {
    return new Exact(numerator.negate(), denominator);
  }

  Exact times(Exact other) {
    return new Exact(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /** Empty when it divides by zero. */
  Optional<Exact> over(Exact other) {
    int sign = other.numerator.signum();
    if (sign == 0) {
      return Optional.empty();
    }
    BigDecimal below = denominator.multiply(other.numerator);
    BigDecimal above = numerator.multiply(other.denominator);
    return Optional.of(
        sign < 0 ? new Exact(above.negate(), below.negate()) : new Exact(above, below));
  }

  /** Empty unless the exponent is a small whole number. */
  Optional<Exact> power(Exact exponent) {
    Optional<Integer> whole = exponent.small();
    if (whole.isEmpty() || digits() > 40 || (whole.get() == 0 && numerator.signum() == 0)) {
      return Optional.empty();
    }
    int times = Math.abs(whole.get());
    Exact power = new Exact(numerator.pow(times), denominator.pow(times));
    return whole.get() < 0 ? Exact.of(1).over(power) : Optional.of(power);
  }

  Optional<Exact> factorial() {
    return small()
        .filter(n -> n >= 0 && n <= HIGHEST_FACTORIAL)
        .map(
            n -> {
              BigDecimal product = BigDecimal.ONE;
              for (int i = 2; i <= n; i++) {
                product = product.multiply(BigDecimal.valueOf(i));
              }
              return Exact.of(product);
            });
  }

  private Optional<Integer> small() {
    boolean whole =
        denominator.compareTo(BigDecimal.ONE) == 0
            && numerator.abs().compareTo(BigDecimal.valueOf(HIGHEST_POWER)) <= 0
            && numerator.stripTrailingZeros().scale() <= 0;
    return whole ? Optional.of(numerator.intValueExact()) : Optional.empty();
  }

  boolean isWhole() {
    return denominator.compareTo(BigDecimal.ONE) == 0
        && numerator.stripTrailingZeros().scale() <= 0;
  }

  boolean same(Exact other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator))
        == 0;
  }

  int signum() {
    return numerator.signum();
  }

  boolean below(Exact other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator))
        < 0;
  }

  boolean isInBounds() {
    return digits() <= MOST_DIGITS && Math.abs((long) numerator.scale()) <= MOST_DIGITS;
  }

  private int digits() {
    return numerator.precision() + denominator.precision();
  }
}
