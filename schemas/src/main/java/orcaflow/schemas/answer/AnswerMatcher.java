package orcaflow.schemas.answer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerValue.Formula;
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
    SEVERAL_VALUES(VerdictValue.UNDECIDED),
    /**
     * The answer is more than a plain number: a formula, an inequality, a sentence with several.
     */
    NOT_PLAIN(VerdictValue.UNDECIDED),
    /** The same number in fewer digits than tell it: 33.3% for 1/3. */
    COARSE(VerdictValue.UNDECIDED),
    /** The text breaks off, or is reasoning alone, and states no answer. */
    CUT_OFF(VerdictValue.UNDECIDED),
    /** The text continues with a question of its own before an answer is stated. */
    NEXT_QUESTION(VerdictValue.UNDECIDED),
    /** The text takes its answer back and states no other. */
    TAKEN_BACK(VerdictValue.UNDECIDED),
    /** The text marks two answers that differ, the weaker mark behind the surer. */
    MARKS_DIFFER(VerdictValue.UNDECIDED),
    /** The text says that it cannot answer, and continues. */
    REFUSED(VerdictValue.UNDECIDED),
    /** The last thing of the text is a table. */
    TABLE(VerdictValue.UNDECIDED),
    /** The reader failed on the text, which is a defect of the reader. */
    READER_FAILED(VerdictValue.UNDECIDED);

    private final VerdictValue verdict;

    Reason(VerdictValue verdict) {
      this.verdict = verdict;
    }

    /** As it stands in events and labels: {@code no-answer}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    VerdictValue verdict() {
      return verdict;
    }

    boolean isMatch() {
      return verdict == VerdictValue.MATCH;
    }

    boolean isMismatch() {
      return verdict == VerdictValue.MISMATCH;
    }

    private Comparison with(Optional<String> answer) {
      return new Comparison(verdict, code(), answer);
    }
  }

  /**
   * The version of the rules. It goes up with each change that may move a verdict; 1 took single
   * numbers out of patterns, 2 reads whole clauses in stages, 3 knows {@code to answer} as a verb,
   * 4 is given which completions were cut.
   */
  public static final int RULES_VERSION = 4;

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

  private static final int LONGEST_WORDS = 300;

  private AnswerMatcher() {}

  /**
   * Compares the final answer of a completion with a reference.
   *
   * @param reference an answer or a text that ends in one; null or blank where none is known
   * @param completion what was written; never null
   */
  public static Comparison compare(String reference, String completion) {
    return compare(reference, completion, false);
  }

  /**
   * The same for a completion that may have been cut. No text ends the caller: one that the reader
   * fails on is {@link Reason#READER_FAILED}, and the failure is logged.
   *
   * @param cut whether the limit of tokens ended it. It then states an answer only with a mark, and
   *     only if the text continues behind the answer: {@code #### 1} may be half of {@code ####
   *     18}.
   */
  public static Comparison compare(String reference, String completion, boolean cut) {
    try {
      return compared(reference, completion, cut);
    } catch (RuntimeException | StackOverflowError e) {
      return ReaderFailure.of(completion, e).reason().with(Optional.empty());
    }
  }

  private static Comparison compared(String reference, String completion, boolean cut) {
    Reading reading = cut ? FinalAnswer.readingOfCut(completion) : FinalAnswer.reading(completion);
    Optional<String> answer = reading.found().map(FinalAnswer::text);
    Optional<AnswerValue> wanted = reference(reference);
    if (wanted.isEmpty()) {
      return Reason.NO_REFERENCE.with(answer);
    }
    if (!cut && wanted.get() instanceof Words words && isNothingBut(words, completion)) {
      return Reason.SAME_TEXT.with(Optional.of(completion.strip()));
    }
    if (reading instanceof Reading.Found found) {
      return compare(wanted.get(), found.answer()).with(answer);
    }
    if (reading instanceof Reading.Open open) {
      return open.reason().with(answer);
    }
    boolean inPassing = isInPassing(wanted.get(), completion);
    return (inPassing ? Reason.DIFFERENT_TEXT : Reason.NO_ANSWER).with(answer);
  }

  /** Compares two answers that were read. */
  static Comparison compare(AnswerValue wanted, AnswerValue given) {
    return ValueRules.compare(wanted, given).with(Optional.empty());
  }

  /** A short reference is read as an answer; a marked or a long one is searched for its answer. */
  private static Optional<AnswerValue> reference(String reference) {
    if (reference == null || reference.isBlank()) {
      return Optional.empty();
    }
    return AnswerParser.integer(reference)
        .or(() -> searched(reference))
        .filter(value -> !AnswerParser.dividesByZero(value));
  }

  private static Optional<AnswerValue> searched(String reference) {
    Optional<FinalAnswer> found = FinalAnswer.of(reference);
    boolean marked =
        found
            .map(FinalAnswer::how)
            .filter(how -> how.compareTo(FinalAnswer.How.WHOLE) < 0)
            .isPresent();
    if (marked || reference.strip().contains("\n")) {
      return found.map(FinalAnswer::value);
    }
    Optional<AnswerValue> whole = AnswerParser.parse(reference);
    boolean sentence =
        found.isPresent()
            && whole.filter(Formula.class::isInstance).isPresent()
            && AnswerParser.isTold(reference);
    return sentence ? found.map(FinalAnswer::value) : whole;
  }

  private static boolean isNothingBut(Words words, String completion) {
    return completion.length() <= LONGEST_WORDS
        && words.text().equals(AnswerText.words(AnswerText.plain(completion)));
  }

  /** {@code Yes, she can}: the words that are wanted stand in a sentence. */
  private static boolean isInPassing(AnswerValue wanted, String completion) {
    return wanted instanceof Words words
        && completion.length() <= LONGEST_WORDS
        && (" " + AnswerText.words(AnswerText.plain(completion)) + " ")
            .contains(" " + words.text() + " ");
  }

  /** The last number of a text says nothing about a reference of several. */
  private static Reason compare(AnswerValue wanted, FinalAnswer found) {
    return wanted instanceof Several && found.how() == FinalAnswer.How.LAST_NUMBER
        ? Reason.SEVERAL_VALUES
        : ValueRules.compare(wanted, found.value());
  }
}
