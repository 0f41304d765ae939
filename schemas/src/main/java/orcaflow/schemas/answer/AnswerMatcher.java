package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerValue.Choice;
import orcaflow.schemas.answer.AnswerValue.Clock;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.AnswerValue.Range;
import orcaflow.schemas.answer.AnswerValue.Ratio;
import orcaflow.schemas.answer.AnswerValue.Several;
import orcaflow.schemas.answer.AnswerValue.Words;

/**
 * The one definition of correct: grading and evaluation both call it.
 *
 * <p>A verdict is MATCH or MISMATCH only where a rule proves it. What is left (words against words,
 * dollars against hours) is UNDECIDED, is never a label, and may go to the judge.
 *
 * <p>Choices a reader may wonder about:
 *
 * <ul>
 *   <li>{@code 50%} equals {@code 0.5} and also {@code 50}: the gold answers of GSM8K leave the
 *       sign out. {@code 0.5} and {@code 50} differ.
 *   <li>A unit on one side only is ignored ({@code 18 dollars} = {@code 18}); on both sides it is
 *       converted ({@code 2 hours} = {@code 120 minutes}) or, if it cannot be, UNDECIDED.
 *   <li>Two numbers are also the same when the unrounded one rounds to the other, which has
 *       decimals, and they are no more than one part in 10,000 apart: {@code 0.6667} = {@code 2/3},
 *       but {@code 0.67} is not, and 10000 is not 10000.4.
 * </ul>
 */
public final class AnswerMatcher {

  /** Why a verdict was reached: the closed set of {@link Comparison#reason()}. */
  public enum Reason {
    /** Same number, or same numbers in any order. */
    EQUAL(VerdictValue.MATCH),
    /** Same number but for rounding. */
    ROUNDED(VerdictValue.MATCH),
    /** Same but for a percent sign: 50% is 50 and is 0.5. */
    PERCENT(VerdictValue.MATCH),
    /** Same after converting units. */
    CONVERTED(VerdictValue.MATCH),
    /** Same letter of multiple choice. */
    SAME_CHOICE(VerdictValue.MATCH),
    /** Same words. */
    SAME_TEXT(VerdictValue.MATCH),
    /** Another value. */
    DIFFERENT(VerdictValue.MISMATCH),
    /** The completion has no answer. */
    NO_ANSWER(VerdictValue.MISMATCH),
    /** There is no reference answer to compare with, or none in it. */
    NO_REFERENCE(VerdictValue.UNDECIDED),
    /** Other words: they may mean the same. */
    DIFFERENT_TEXT(VerdictValue.UNDECIDED),
    /** A number against words, a range, a time or a letter. */
    DIFFERENT_KINDS(VerdictValue.UNDECIDED),
    /** Units that may make two numbers the same, or may make the same number two. */
    UNITS_DIFFER(VerdictValue.UNDECIDED),
    /** One number is wanted and is among several; or several are wanted and none is marked. */
    SEVERAL_VALUES(VerdictValue.UNDECIDED);

    private final VerdictValue verdict;

    Reason(VerdictValue verdict) {
      this.verdict = verdict;
    }

    /** As it stands in events and labels: {@code no-answer}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Comparison with(Optional<String> answer) {
      return new Comparison(verdict, code(), answer);
    }
  }

  /** Every reason there is. */
  public static final Set<String> REASONS =
      Arrays.stream(Reason.values()).map(Reason::code).collect(Collectors.toUnmodifiableSet());

  /**
   * What a comparison came to.
   *
   * @param reason one of {@link #REASONS}
   * @param answer the final answer found in the completion
   */
  public record Comparison(VerdictValue verdict, String reason, Optional<String> answer) {}

  private AnswerMatcher() {}

  /**
   * Compares the final answer of a completion with a reference.
   *
   * @param reference an answer or a text that ends in one; null or blank where none is known
   * @param completion what was written; never null
   */
  public static Comparison compare(String reference, String completion) {
    Optional<FinalAnswer> given = FinalAnswer.of(completion);
    Optional<String> answer = given.map(FinalAnswer::text);
    Optional<AnswerValue> wanted = reference(reference);
    if (wanted.isEmpty()) {
      return Reason.NO_REFERENCE.with(answer);
    }
    if (wanted.get() instanceof Words words && isNothingBut(words, completion)) {
      return Reason.SAME_TEXT.with(Optional.of(completion.strip()));
    }
    return given
        .map(found -> compare(wanted.get(), found).with(answer))
        .orElseGet(() -> Reason.NO_ANSWER.with(answer));
  }

  /** A short reference is read as an answer; a marked or a long one is searched for its answer. */
  private static Optional<AnswerValue> reference(String reference) {
    if (reference == null || reference.isBlank()) {
      return Optional.empty();
    }
    return AnswerParser.integer(reference).or(() -> searched(reference));
  }

  private static Optional<AnswerValue> searched(String reference) {
    Optional<FinalAnswer> found = FinalAnswer.of(reference);
    boolean marked =
        found
            .map(FinalAnswer::how)
            .filter(how -> how.compareTo(FinalAnswer.How.WHOLE) < 0)
            .isPresent();
    return marked || reference.strip().contains("\n")
        ? found.map(FinalAnswer::value)
        : AnswerParser.parse(reference);
  }

  private static boolean isNothingBut(Words words, String completion) {
    return completion.length() <= AnswerParser.LONGEST
        && words.text().equals(AnswerText.words(AnswerText.plain(completion)));
  }

  /** The last number of a text says nothing about a reference of several. */
  private static Reason compare(AnswerValue wanted, FinalAnswer found) {
    return wanted instanceof Several && found.how() == FinalAnswer.How.LAST_NUMBER
        ? Reason.SEVERAL_VALUES
        : compare(wanted, found.value());
  }

  private static Reason compare(AnswerValue wanted, AnswerValue given) {
    if (wanted instanceof Quantity one && given instanceof Quantity other) {
      return QuantityRules.compare(one, other);
    }
    if (wanted instanceof Several many && given instanceof Several others) {
      return compare(many.values(), others.values());
    }
    if (wanted instanceof Several && given instanceof Quantity) {
      return Reason.DIFFERENT;
    }
    if (wanted instanceof Quantity one && given instanceof Several others) {
      return among(one, others.values());
    }
    if (wanted instanceof Choice one && given instanceof Choice other) {
      return one.equals(other) ? Reason.SAME_CHOICE : Reason.DIFFERENT;
    }
    if (wanted instanceof Clock one && given instanceof Clock other) {
      return compare(one, other);
    }
    if (wanted instanceof Ratio one && given instanceof Ratio other) {
      return equal(one.parts(), other.parts()) ? Reason.EQUAL : Reason.DIFFERENT;
    }
    if (wanted instanceof Ratio ratio && ratio.parts().size() == 2 && given instanceof Quantity q) {
      return QuantityRules.compare(quotient(ratio), q) == Reason.EQUAL
          ? Reason.EQUAL
          : Reason.DIFFERENT_KINDS;
    }
    if (wanted instanceof Quantity q && given instanceof Ratio ratio && ratio.parts().size() == 2) {
      return QuantityRules.compare(q, quotient(ratio)) == Reason.EQUAL
          ? Reason.EQUAL
          : Reason.DIFFERENT_KINDS;
    }
    if (wanted instanceof Range one && given instanceof Range other) {
      return one.low().compareTo(other.low()) == 0 && one.high().compareTo(other.high()) == 0
          ? Reason.EQUAL
          : Reason.DIFFERENT;
    }
    if (wanted instanceof Words one && given instanceof Words other) {
      return one.equals(other) ? Reason.SAME_TEXT : Reason.DIFFERENT_TEXT;
    }
    return Reason.DIFFERENT_KINDS;
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

  private static Reason compare(Clock wanted, Clock given) {
    if (wanted.halfTold() && given.halfTold()) {
      return wanted.minutes() == given.minutes() ? Reason.EQUAL : Reason.DIFFERENT;
    }
    int halfDay = 12 * 60;
    return wanted.minutes() % halfDay == given.minutes() % halfDay
        ? Reason.EQUAL
        : Reason.DIFFERENT;
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
