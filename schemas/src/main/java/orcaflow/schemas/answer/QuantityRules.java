package orcaflow.schemas.answer;

import java.math.BigDecimal;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerValue.Quantity;

/** When two numbers with their units are the same. */
final class QuantityRules {

  private static final BigDecimal HUNDREDTH = new BigDecimal("0.01");
  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final BigDecimal TOLERANCE = new BigDecimal("1e-4");

  /** A decimal this long is a binary float printed in full; its last digits are noise. */
  private static final int FLOAT_DECIMALS = 10;

  private static final BigDecimal FLOAT_NOISE = new BigDecimal("1e-9");

  private QuantityRules() {}

  static Reason compare(Quantity wanted, Quantity given) {
    MeasureUnit one = wanted.unit();
    MeasureUnit other = given.unit();
    if (one.equals(MeasureUnit.NOTHING) || other.equals(MeasureUnit.NOTHING)) {
      return same(wanted, given) ? Reason.EQUAL : Reason.DIFFERENT_KINDS;
    }
    if (one.equals(other)) {
      return counted(wanted, given);
    }
    if (one.equals(MeasureUnit.NONE)) {
      return bareAgainst(wanted, given);
    }
    if (other.equals(MeasureUnit.NONE)) {
      return bareAgainst(given, wanted);
    }
    if (!one.base().equals(other.base())) {
      return Reason.UNITS_DIFFER;
    }
    boolean same = same(times(wanted, one.factor()), times(given, other.factor()));
    return same ? Reason.CONVERTED : Reason.DIFFERENT;
  }

  /** A number without unit and one with: the unit is ignored unless converting it would agree. */
  private static Reason bareAgainst(Quantity bare, Quantity measured) {
    Reason plain = counted(bare, measured);
    boolean percent = measured.unit().equals(MeasureUnit.PERCENT);
    if (plain != Reason.DIFFERENT) {
      return percent && plain == Reason.EQUAL ? Reason.PERCENT : plain;
    }
    if (percent) {
      return share(times(bare, BigDecimal.ONE), times(measured, HUNDREDTH));
    }
    if (measured.unit().equals(MeasureUnit.ORDINAL)) {
      return same(turned(bare), measured) ? Reason.UNITS_DIFFER : Reason.DIFFERENT;
    }
    BigDecimal factor = measured.unit().factor();
    boolean convertible =
        measured.unit().convertible().stream()
            .anyMatch(unit -> same(times(bare, unit.factor()), times(measured, factor)));
    return convertible ? Reason.UNITS_DIFFER : Reason.DIFFERENT;
  }

  /** A percentage shows its fraction with two decimals more. */
  private static Reason share(Quantity wanted, Quantity given) {
    if (same(wanted, given) || roundsTo(wanted, given, TOLERANCE)) {
      return Reason.PERCENT;
    }
    boolean fraction = !wanted.denominator().equals(BigDecimal.ONE);
    return fraction && roundsTo(wanted, given, BigDecimal.ONE) ? Reason.COARSE : Reason.DIFFERENT;
  }

  /** The sixth and one sixth. */
  private static Quantity turned(Quantity quantity) {
    return quantity.numerator().signum() <= 0
        ? quantity
        : new Quantity(
            quantity.denominator(), quantity.numerator(), BigDecimal.ONE, quantity.unit());
  }

  /** Whether the second number is the first, in full or rounded to the decimals that it shows. */
  static boolean isRoundingOf(Quantity exact, Quantity shown) {
    boolean units =
        exact.unit().equals(shown.unit())
            || exact.unit().equals(MeasureUnit.NONE)
            || shown.unit().equals(MeasureUnit.NONE);
    return units
        && exact.multiplier().compareTo(shown.multiplier()) == 0
        && (same(exact, shown) || isWithinHalf(exact, shown));
  }

  private static boolean isWithinHalf(Quantity exact, Quantity shown) {
    BigDecimal gap = cross(exact, shown).subtract(cross(shown, exact)).abs();
    BigDecimal half =
        HALF.scaleByPowerOfTen(-shown.numerator().scale()).multiply(exact.denominator().abs());
    boolean decimal = shown.denominator().equals(BigDecimal.ONE);
    return decimal && gap.compareTo(half) <= 0;
  }

  /** Numbers of like units, with what million or dozen behind them says. */
  private static Reason counted(Quantity wanted, Quantity given) {
    if (wanted.multiplier().compareTo(given.multiplier()) == 0) {
      return same(wanted, given)
          ? Reason.EQUAL
          : rounded(wanted, given) ? Reason.ROUNDED : Reason.DIFFERENT;
    }
    if (same(times(wanted, BigDecimal.ONE), times(given, BigDecimal.ONE))) {
      return Reason.EQUAL;
    }
    return same(wanted, given) ? Reason.UNITS_DIFFER : Reason.DIFFERENT;
  }

  /** The plain number that a quantity with a counting word comes to, times a factor. */
  private static Quantity times(Quantity quantity, BigDecimal factor) {
    return new Quantity(
        quantity.numerator().multiply(quantity.multiplier()).multiply(factor),
        quantity.denominator(),
        BigDecimal.ONE,
        MeasureUnit.NONE);
  }

  private static boolean same(Quantity one, Quantity other) {
    return cross(one, other).compareTo(cross(other, one)) == 0;
  }

  private static BigDecimal cross(Quantity one, Quantity other) {
    return one.numerator().multiply(other.denominator());
  }

  private static boolean rounded(Quantity one, Quantity other) {
    return roundsTo(one, other, TOLERANCE) || roundsTo(other, one, TOLERANCE);
  }

  /** Whether {@code shown} has decimals and is {@code exact} rounded to that many. */
  private static boolean roundsTo(Quantity exact, Quantity shown, BigDecimal tolerance) {
    BigDecimal value = shown.numerator().stripTrailingZeros();
    boolean decimal = shown.denominator().equals(BigDecimal.ONE) && value.scale() > 0;
    if (!decimal) {
      return false;
    }
    int decimals = shown.numerator().scale();
    BigDecimal gap = cross(exact, shown).subtract(cross(shown, exact)).abs();
    BigDecimal size = cross(exact, shown).abs();
    BigDecimal halfUnit = HALF.scaleByPowerOfTen(-decimals).multiply(exact.denominator().abs());
    return (gap.compareTo(halfUnit) <= 0 && gap.compareTo(size.multiply(tolerance)) <= 0)
        || (decimals >= FLOAT_DECIMALS && gap.compareTo(size.multiply(FLOAT_NOISE)) <= 0);
  }
}
