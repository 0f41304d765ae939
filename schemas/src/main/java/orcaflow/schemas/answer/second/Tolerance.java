package orcaflow.schemas.answer.second;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * When two numbers are the same: within {@link #EQUAL} of the larger; or if one, which has
 * decimals, is the other rounded, and they are within {@link #ROUNDED}. A coarser rounding, a
 * number that is cut instead of rounded, 18.0 for 18.001 and the result of a fraction or another
 * expression are left open. A percentage is also the fraction that it means, if the other side has
 * no percent sign.
 */
final class Tolerance {

  private static final BigDecimal EQUAL = new BigDecimal("1e-50");
  private static final BigDecimal ROUNDED = new BigDecimal("1e-4");

  private Tolerance() {}

  static Check compare(Value wanted, Value given) throws Unclear {
    if (!wanted.unit().isEmpty() && !given.unit().isEmpty() && !alike(wanted, given)) {
      throw new Unclear("the units '%s' and '%s'".formatted(wanted.unit(), given.unit()));
    }
    if (same(wanted, given)) {
      return new Check.Same("equal numbers", wanted.toString(), given.toString());
    }
    if (wanted.percent() != given.percent()) {
      Value left = wanted.percent() ? wanted.hundredth() : wanted;
      Value right = given.percent() ? given.hundredth() : given;
      if (same(left, right)) {
        return new Check.Same("a percentage", wanted.toString(), given.toString());
      }
    }
    return new Check.Different("other numbers", wanted.toString(), given.toString());
  }

  private static boolean alike(Value one, Value other) {
    return one.unit().replaceFirst("s$", "").equals(other.unit().replaceFirst("s$", ""));
  }

  private static boolean same(Value one, Value other) throws Unclear {
    BigDecimal larger = one.number().abs().max(other.number().abs());
    BigDecimal apart = one.number().subtract(other.number()).abs();
    if (apart.compareTo(larger.multiply(EQUAL)) <= 0) {
      return true;
    }
    boolean oneIs = isRounding(one, other);
    boolean otherIs = isRounding(other, one);
    boolean rounded = (oneIs && one.mayBeRounded()) || (otherIs && other.mayBeRounded());
    if (rounded && apart.compareTo(larger.multiply(ROUNDED)) <= 0) {
      return true;
    }
    if (oneIs || otherIs || isCut(one, other, apart) || isCut(other, one, apart)) {
      throw new Unclear("%s may be %s in fewer digits, or not".formatted(one, other));
    }
    return false;
  }

  private static boolean isRounding(Value coarse, Value fine) {
    return isCoarser(coarse, fine)
        && fine.number()
                .setScale(coarse.decimals(), RoundingMode.HALF_UP)
                .compareTo(coarse.number())
            == 0;
  }

  private static boolean isCut(Value coarse, Value fine, BigDecimal apart) {
    return isCoarser(coarse, fine)
        && apart.compareTo(BigDecimal.ONE.movePointLeft(coarse.decimals())) < 0;
  }

  private static boolean isCoarser(Value coarse, Value fine) {
    return coarse.couldBeRounded() && fine.decimals() > coarse.decimals();
  }
}
