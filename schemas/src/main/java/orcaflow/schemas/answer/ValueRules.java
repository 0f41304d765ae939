package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerValue.Choice;
import orcaflow.schemas.answer.AnswerValue.Clock;
import orcaflow.schemas.answer.AnswerValue.Computed;
import orcaflow.schemas.answer.AnswerValue.Formula;
import orcaflow.schemas.answer.AnswerValue.Labelled;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.AnswerValue.Range;
import orcaflow.schemas.answer.AnswerValue.Ratio;
import orcaflow.schemas.answer.AnswerValue.Restated;
import orcaflow.schemas.answer.AnswerValue.Several;
import orcaflow.schemas.answer.AnswerValue.Words;

/** When two values are the same. */
final class ValueRules {

  private ValueRules() {}

  static Reason compare(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Labelled one) {
      return given instanceof Labelled other && one.letter() == other.letter()
          ? Reason.SAME_CHOICE
          : given instanceof Choice choice
              ? compare(new Choice(one.letter()), choice)
              : compare(one.value(), given);
    }
    if (given instanceof Labelled other) {
      return wanted instanceof Choice
          ? compare(wanted, new Choice(other.letter()))
          : compare(wanted, other.value());
    }
    if (wanted instanceof Computed one) {
      return given instanceof Several ? Reason.SEVERAL_VALUES : compare(one.quantity(), given);
    }
    if (given instanceof Computed other) {
      return wanted instanceof Several ? Reason.SEVERAL_VALUES : compare(wanted, other.quantity());
    }
    if (wanted instanceof Restated one) {
      return given instanceof Restated other
          ? best(one.values().stream().map(value -> best(value, other.values())).toList())
          : best(one.values().stream().map(value -> compare(value, given)).toList());
    }
    if (given instanceof Restated other) {
      return best(other.values().stream().map(value -> compare(wanted, value)).toList());
    }
    return plain(wanted, given);
  }

  private static Reason plain(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Formula || given instanceof Formula) {
      return formulas(wanted, given);
    }
    if (wanted instanceof Quantity one && given instanceof Quantity other) {
      return QuantityRules.compare(one, other);
    }
    if (wanted instanceof Several || given instanceof Several) {
      return several(wanted, given);
    }
    if (wanted instanceof Choice one && given instanceof Choice other) {
      return one.equals(other) ? Reason.SAME_CHOICE : Reason.DIFFERENT;
    }
    if (wanted instanceof Clock one && given instanceof Clock other) {
      return compare(one, other);
    }
    if (wanted instanceof Clock clock && given instanceof Quantity quantity) {
      return hour(clock, quantity);
    }
    if (wanted instanceof Quantity quantity && given instanceof Clock clock) {
      return hour(clock, quantity);
    }
    if (wanted instanceof Words one && given instanceof Words other) {
      return one.equals(other) ? Reason.SAME_TEXT : Reason.DIFFERENT_TEXT;
    }
    return ratios(wanted, given);
  }

  private static Reason formulas(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Formula one && given instanceof Formula other) {
      return one.equals(other) ? Reason.SAME_TEXT : Reason.DIFFERENT_TEXT;
    }
    return Reason.NOT_PLAIN;
  }

  private static Reason ratios(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Ratio one && given instanceof Ratio other) {
      return equal(one.parts(), other.parts()) ? Reason.EQUAL : Reason.DIFFERENT;
    }
    if (wanted instanceof Ratio ratio && ratio.parts().size() == 2 && given instanceof Quantity q) {
      return onlyIfEqual(QuantityRules.compare(quotient(ratio), q));
    }
    if (wanted instanceof Quantity q && given instanceof Ratio ratio && ratio.parts().size() == 2) {
      return onlyIfEqual(QuantityRules.compare(q, quotient(ratio)));
    }
    if (wanted instanceof Range one && given instanceof Range other) {
      return one.low().compareTo(other.low()) == 0 && one.high().compareTo(other.high()) == 0
          ? Reason.EQUAL
          : Reason.DIFFERENT;
    }
    if (wanted instanceof Ratio one && given instanceof Range other && other.to()) {
      return onlyIfEqual(compare(one, new Ratio(List.of(other.low(), other.high()))));
    }
    if (wanted instanceof Range one && one.to() && given instanceof Ratio other) {
      return onlyIfEqual(compare(new Ratio(List.of(one.low(), one.high())), other));
    }
    return Reason.DIFFERENT_KINDS;
  }

  private static Reason onlyIfEqual(Reason reason) {
    return reason == Reason.EQUAL ? Reason.EQUAL : Reason.DIFFERENT_KINDS;
  }

  private static Reason several(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Several many && given instanceof Several others) {
      return compare(many, others);
    }
    if (wanted instanceof Several many && given instanceof Quantity one) {
      Reason among = among(one, many.values());
      boolean open =
          (many.either() && among != Reason.DIFFERENT)
              || isAmong(one, many.joined())
              || isGrouped(one, many.values());
      return open ? Reason.SEVERAL_VALUES : Reason.DIFFERENT;
    }
    if (wanted instanceof Quantity one && given instanceof Several others) {
      return isAmong(one, others.joined()) ? Reason.SEVERAL_VALUES : among(one, others.values());
    }
    return Reason.DIFFERENT_KINDS;
  }

  /** {@code 12,106} may be 12 and 106. */
  private static boolean isGrouped(Quantity one, List<Quantity> values) {
    BigDecimal joined = BigDecimal.ZERO;
    for (int i = 0; i < values.size(); i++) {
      BigDecimal value = values.get(i).numerator();
      boolean group = value.signum() >= 0 && value.compareTo(new BigDecimal(1_000)) < 0;
      if (!group || value.stripTrailingZeros().scale() > 0) {
        return false;
      }
      joined = joined.scaleByPowerOfTen(3).add(value);
    }
    return one.denominator().equals(BigDecimal.ONE) && one.numerator().compareTo(joined) == 0;
  }

  private static boolean isAmong(Quantity one, List<Quantity> values) {
    return values.stream().anyMatch(value -> QuantityRules.compare(one, value) != Reason.DIFFERENT);
  }

  private static Reason compare(Several wanted, Several given) {
    boolean brackets =
        !wanted.brackets().isEmpty()
            && !given.brackets().isEmpty()
            && !wanted.brackets().equals(given.brackets());
    Reason reason = compare(wanted.values(), given.values());
    if (brackets && reason != Reason.DIFFERENT) {
      return Reason.SEVERAL_VALUES;
    }
    boolean open =
        wanted.joined().stream().anyMatch(one -> isAmong(one, given.joined()))
            && reason == Reason.DIFFERENT;
    return open ? Reason.SEVERAL_VALUES : reason;
  }

  private static Reason compare(List<Quantity> wanted, List<Quantity> given) {
    List<Quantity> left = new ArrayList<>(given);
    Reason worst = Reason.EQUAL;
    for (Quantity value : wanted) {
      Optional<Quantity> partner =
          first(left, value, Reason.EQUAL).or(() -> first(left, value, Reason.ROUNDED));
      if (partner.isEmpty()) {
        return Reason.DIFFERENT;
      }
      worst =
          QuantityRules.compare(value, partner.get()) == Reason.ROUNDED ? Reason.ROUNDED : worst;
      left.remove(partner.get());
    }
    return left.isEmpty() ? worst : Reason.DIFFERENT;
  }

  private static Optional<Quantity> first(List<Quantity> values, Quantity like, Reason reason) {
    return values.stream()
        .filter(value -> QuantityRules.compare(like, value) == reason)
        .findFirst();
  }

  /** The same number said twice is one number. */
  private static Reason among(Quantity wanted, List<Quantity> given) {
    List<Reason> reasons =
        given.stream().map(value -> QuantityRules.compare(wanted, value)).toList();
    if (reasons.stream().allMatch(Reason.DIFFERENT::equals)) {
      return Reason.DIFFERENT;
    }
    return reasons.stream().allMatch(Reason.EQUAL::equals) ? Reason.EQUAL : Reason.SEVERAL_VALUES;
  }

  private static Reason best(AnswerValue wanted, List<Quantity> given) {
    return best(given.stream().map(value -> compare(wanted, value)).toList());
  }

  /** A match if there is one, else what is open, else the difference. */
  private static Reason best(List<Reason> reasons) {
    return reasons.stream()
        .min((one, other) -> one.verdict().compareTo(other.verdict()))
        .filter(reason -> reason.isMatch())
        .or(() -> reasons.stream().filter(reason -> !reason.isMismatch()).findFirst())
        .orElse(Reason.DIFFERENT);
  }

  private static Reason compare(Clock wanted, Clock given) {
    if (wanted.halfTold() && given.halfTold()) {
      return wanted.minutes() == given.minutes() ? Reason.EQUAL : Reason.DIFFERENT;
    }
    int halfDay = 12 * 60;
    return wanted.minutes() % halfDay == given.minutes() % halfDay
        ? Reason.EQUAL
        : Reason.DIFFERENT;
  }

  /** {@code 5 pm} is the hour 5, and 17. */
  private static Reason hour(Clock clock, Quantity quantity) {
    int minutes = clock.minutes();
    int hour = minutes / 60 % 12 == 0 ? 12 : minutes / 60 % 12;
    boolean same =
        minutes % 60 == 0
            && quantity.unit().equals(MeasureUnit.NONE)
            && quantity.denominator().equals(BigDecimal.ONE)
            && (quantity.numerator().compareTo(BigDecimal.valueOf(hour)) == 0
                || quantity.numerator().compareTo(BigDecimal.valueOf(minutes / 60)) == 0);
    return same ? Reason.EQUAL : Reason.DIFFERENT_KINDS;
  }

  private static boolean equal(List<BigDecimal> one, List<BigDecimal> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 1; i < one.size(); i++) {
      if (one.get(0).multiply(other.get(i)).compareTo(one.get(i).multiply(other.get(0))) != 0) {
        return false;
      }
    }
    return true;
  }

  private static Quantity quotient(Ratio ratio) {
    return new Quantity(
        ratio.parts().get(0), ratio.parts().get(1), BigDecimal.ONE, MeasureUnit.NONE);
  }
}
