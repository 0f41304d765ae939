package orcaflow.schemas.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import orcaflow.events.VerdictValue;

class AnswerMatcherPropertiesTest {

  private static final List<Function<BigDecimal, String>> SPELLINGS =
      List.of(
          BigDecimal::toPlainString,
          number -> grouped(number),
          number -> number.toPlainString().replace('-', '−'),
          number -> (number.signum() > 0 ? "+" : "") + number.toPlainString(),
          number -> number.setScale(number.scale() + 2).toPlainString(),
          number -> number.unscaledValue() + "e-" + number.scale(),
          number -> number.unscaledValue() + " × 10^{-" + number.scale() + "}",
          number -> number.unscaledValue() + "/" + BigInteger.TEN.pow(number.scale()),
          number ->
              "\\frac{" + number.unscaledValue() + "}{" + BigInteger.TEN.pow(number.scale()) + "}",
          number -> number.signum() < 0 ? "-$" + grouped(number.negate()) : "$" + grouped(number),
          number -> number.toPlainString() + " dollars",
          number -> grouped(number) + " apples",
          number -> "x = " + number.toPlainString(),
          number -> "**" + number.toPlainString() + "**",
          number -> "\\text{" + number.toPlainString() + "}");

  private static final List<Function<String, String>> PLACES =
      List.of(
          answer -> answer,
          answer -> "First 3, then 4.\n#### " + answer,
          answer -> "#### 1\n####" + answer + "\n",
          answer -> "So $\\boxed{" + answer + "}$.",
          answer -> "It took 2 days. The answer is " + answer + ".",
          answer -> "Final answer: " + answer,
          answer -> "She has 5.\nA: " + answer);

  /** All but that of a failure. */
  private static final Set<String> REASONS =
      AnswerMatcher.REASONS.stream()
          .filter(reason -> !reason.equals(AnswerMatcher.Reason.READER_FAILED.code()))
          .collect(Collectors.toSet());

  /** What the reader knows, and what stands around it. */
  private static final List<String> PIECES =
      List.of(
          "#### ",
          "The answer is ",
          "\\boxed{",
          "}",
          "{",
          "\\frac{",
          "\\text{",
          "\\sqrt{",
          "$",
          "(",
          ")",
          "[",
          "]",
          "-",
          "+",
          "*",
          "/",
          "^",
          "=",
          "≈",
          "!",
          "<",
          "|",
          "%",
          ".",
          ",",
          ":",
          ";",
          " ",
          "\n",
          "\n\n",
          "12",
          "3",
          "0",
          "1.5",
          "1,200",
          "1/2",
          "1e9",
          "1e999",
          "½",
          "²",
          "x",
          "and",
          "or",
          "times",
          "divided by",
          "multiplied by",
          "to the power of",
          "squared",
          "minus",
          "negative",
          "half",
          "dozen",
          "hundred",
          "thousand",
          "twenty",
          "dollars",
          "cents",
          "hours",
          "minutes",
          "per",
          "each",
          "between",
          "to",
          "of",
          "about",
          "not",
          "A:",
          "**Final answer:** ",
          "Wait, ",
          "<think>",
          "</think>",
          "<|im_end|>",
          "```",
          "**",
          "- ",
          "1. ",
          "| a | b |",
          "|---|",
          "Question:",
          "am",
          "3:45",
          "1st",
          "No",
          "B)",
          "(C)",
          "×",
          "÷",
          "−",
          "€",
          "°",
          "\u00a0",
          "\\cdot",
          "\\left(",
          "{,}",
          "\\\\",
          "apples",
          "total",
          "feet",
          "kg",
          "ratio",
          "3:2",
          "remainder",
          "mod",
          "I cannot",
          "sorry",
          "none",
          "both");

  private static final List<String> MARKS = List.of("answer", "A:", "boxed", "#");

  @Property
  void aPlainIntegerSaysTheSameWithoutThePatterns(
      @ForAll @LongRange(min = -2_000_000_000_000_000L, max = 2_000_000_000_000_000L) long large,
      @ForAll @IntRange(min = -999, max = 9_999) int small) {
    for (String number : List.of("" + large, "" + small, "00" + Math.abs(small), "-0" + small)) {
      assertThat(AnswerParser.parse(number)).isEqualTo(AnswerParser.parsed(number));
      for (Function<String, String> place : PLACES) {
        String text = place.apply(number);
        assertThat(FinalAnswer.of(text)).isEqualTo(FinalAnswer.searched(text));
      }
      for (String around : List.of("#", "Five #### ", "I cannot. #### ", "#### 1. ", " ##")) {
        String text = around + "#### " + number + " \n";
        assertThat(FinalAnswer.of(text)).isEqualTo(FinalAnswer.searched(text));
      }
    }
  }

  @Property(seed = "20240217")
  void aNumberMatchesItselfInAnySpellingAtAnyPlace(
      @ForAll @BigRange(min = "-10000000", max = "10000000") @Scale(4) BigDecimal number,
      @ForAll("spellings") Function<BigDecimal, String> one,
      @ForAll("spellings") Function<BigDecimal, String> other,
      @ForAll("places") Function<String, String> place) {
    String completion = place.apply(other.apply(number));
    assertThat(AnswerMatcher.compare(one.apply(number), completion).verdict())
        .as("%s against %s", one.apply(number), completion)
        .isEqualTo(VerdictValue.MATCH);
  }

  /** Two decimals of at most two places that differ, differ by more than either's rounding. */
  @Property(seed = "20240218")
  void differentNumbersNeverMatch(
      @ForAll @BigRange(min = "-10000000", max = "10000000") @Scale(2) BigDecimal number,
      @ForAll @BigRange(min = "-10000000", max = "10000000") @Scale(2) BigDecimal another,
      @ForAll("spellings") Function<BigDecimal, String> one,
      @ForAll("spellings") Function<BigDecimal, String> other,
      @ForAll("places") Function<String, String> place) {
    VerdictValue verdict =
        AnswerMatcher.compare(one.apply(number), place.apply(other.apply(another))).verdict();
    assertThat(verdict == VerdictValue.MATCH).isEqualTo(number.compareTo(another) == 0);
  }

  /** Neighbours are the hard case: one step in the last place apart. */
  @Property(seed = "20240219")
  void neighboursNeverMatch(
      @ForAll @LongRange(min = -10_000_000, max = 10_000_000) long unscaled,
      @ForAll @IntRange(max = 6) int scale,
      @ForAll("spellings") Function<BigDecimal, String> spelling) {
    String one = spelling.apply(BigDecimal.valueOf(unscaled, scale));
    String other = spelling.apply(BigDecimal.valueOf(unscaled + 1, scale));
    assertThat(AnswerMatcher.compare(one, "#### " + other).verdict())
        .as("%s against %s", one, other)
        .isEqualTo(VerdictValue.MISMATCH);
  }

  @Property(seed = "20240220")
  void fractionsMatchExactlyWhenTheyAreEqual(
      @ForAll @IntRange(min = -999, max = 999) int top,
      @ForAll @IntRange(min = 1, max = 999) int bottom,
      @ForAll @IntRange(min = -999, max = 999) int otherTop,
      @ForAll @IntRange(min = 1, max = 999) int otherBottom) {
    VerdictValue verdict =
        AnswerMatcher.compare(top + "/" + bottom, "#### " + otherTop + "/" + otherBottom).verdict();
    assertThat(verdict)
        .isEqualTo(
            top * otherBottom == otherTop * bottom ? VerdictValue.MATCH : VerdictValue.MISMATCH);
  }

  @Property(seed = "20240221")
  void orderOfSeveralValuesIsIgnored(
      @ForAll @Size(min = 2, max = 5) List<@IntRange(min = -5000, max = 5000) Integer> values,
      @ForAll Random random) {
    List<Integer> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, random);
    assertThat(
            AnswerMatcher.compare(joined(values, "; "), "#### " + joined(shuffled, ", ")).verdict())
        .isEqualTo(VerdictValue.MATCH);
    shuffled.set(0, shuffled.get(0) + 1);
    assertThat(
            AnswerMatcher.compare(joined(values, "; "), "#### " + joined(shuffled, ", ")).verdict())
        .isEqualTo(VerdictValue.MISMATCH);
  }

  @Property(seed = "20240222", tries = 5_000)
  void anyTextHasAVerdictAndAReasonOfTheSet(@ForAll String reference, @ForAll String completion) {
    assertThat(REASONS)
        .contains(AnswerMatcher.compare(reference, completion).reason())
        .contains(AnswerMatcher.compare(completion, reference + "\n#### " + completion).reason());
  }

  @Property(seed = "20240224", tries = 20_000)
  void soupOfWhatTheReaderKnowsHasAVerdictToo(
      @ForAll("pieces") String reference, @ForAll("pieces") String completion) {
    assertThat(REASONS)
        .contains(AnswerMatcher.compare(reference, completion).reason())
        .contains(AnswerMatcher.compare("12", "#### " + completion, true).reason());
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(PIECES)
        .list()
        .ofMinSize(1)
        .ofMaxSize(14)
        .map(each -> String.join("", each));
  }

  @Property(seed = "20240223")
  void soupOfMarksAndDigitsHasAVerdictToo(
      @ForAll("soup") String reference, @ForAll("soup") String completion) {
    assertThat(REASONS).contains(AnswerMatcher.compare(reference, completion).reason());
    FinalAnswer.of(completion)
        .filter(answer -> MARKS.stream().noneMatch(answer.text()::contains))
        .ifPresent(
            answer ->
                assertThat(AnswerMatcher.compare(answer.text(), "#### " + answer.text()).verdict())
                    .as("%s", answer)
                    .isEqualTo(VerdictValue.MATCH));
  }

  @Provide
  Arbitrary<Function<BigDecimal, String>> spellings() {
    return Arbitraries.of(SPELLINGS);
  }

  @Provide
  Arbitrary<Function<String, String>> places() {
    return Arbitraries.of(PLACES);
  }

  @Provide
  Arbitrary<String> soup() {
    return Arbitraries.of(
            "1",
            "2",
            "30",
            "1,234",
            ".",
            ",",
            "/",
            "-",
            "+",
            "%",
            "$",
            ":",
            "=",
            " ",
            "\n",
            "####",
            "\\boxed{",
            "}",
            "\\frac{",
            "{",
            "and",
            "to",
            "the answer is ",
            "A:",
            "e",
            "^",
            "dozen",
            "million",
            "hours",
            "minutes",
            "B",
            "(",
            ")",
            "seven",
            "½",
            "pm",
            "x",
            "\\",
            "°",
            "¢",
            "not ")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }

  private static String grouped(BigDecimal number) {
    DecimalFormat format =
        new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setMinimumFractionDigits(number.scale());
    format.setMaximumFractionDigits(number.scale());
    return format.format(number);
  }

  private static String joined(List<Integer> values, String separator) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(separator));
  }
}
