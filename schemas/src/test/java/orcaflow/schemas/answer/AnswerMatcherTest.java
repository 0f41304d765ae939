package orcaflow.schemas.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher.Comparison;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.FinalAnswer.How;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerMatcherTest {

  /** One line of {@code answers.tsv}. */
  private record Case(int line, String reference, String completion, String expected) {

    static Case of(int line, String row) {
      String[] cells = row.split("\t", -1);
      assertThat(cells).as("answers.tsv line %d", line).hasSizeGreaterThanOrEqualTo(4);
      int last = cells.length - 1;
      String completion = String.join("\t", List.of(cells).subList(1, last - 1));
      return new Case(line, text(cells[0]), text(completion), cells[last - 1] + " " + cells[last]);
    }

    private static String text(String cell) {
      return cell.replace("\\n", "\n");
    }
  }

  @Test
  void decidesTheGoldenCorpus() {
    List<Case> cases = corpus();
    assertThat(cases).hasSizeGreaterThan(300);
    SoftAssertions all = new SoftAssertions();
    for (Case each : cases) {
      Comparison found = AnswerMatcher.compare(each.reference(), each.completion());
      all.assertThat(found.verdict() + " " + found.reason())
          .as(
              "line %d: '%s' against '%s', %s",
              each.line(), each.reference(), each.completion(), found)
          .isEqualTo(each.expected());
    }
    all.assertAll();
  }

  @Test
  void theCorpusHasEveryReason() {
    assertThat(corpus().stream().map(each -> each.expected().split(" ")[1]))
        .containsAll(reasonsOfTexts());
  }

  /** What no text may get. */
  private static Set<String> reasonsOfTexts() {
    Set<String> reasons = new TreeSet<>(AnswerMatcher.REASONS);
    reasons.remove(Reason.READER_FAILED.code());
    return reasons;
  }

  /** Each of them once ended the service that graded it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"#### 5 - (3 | 12", "7 | (C)=", "The answer is 4 - (2 - (1 | 12"})
  void textsThatBreakOffInTheMiddleOfSomething(String completion, String reference) {
    assertThat(AnswerMatcher.compare(reference, completion).reason())
        .isNotEqualTo(Reason.READER_FAILED.code());
  }

  @Test
  void anAnswerIsItsOwnReference() {
    SoftAssertions all = new SoftAssertions();
    for (Case each : corpus()) {
      Optional<FinalAnswer> answer = FinalAnswer.of(each.completion());
      answer.ifPresent(
          found ->
              all.assertThat(AnswerMatcher.compare(found.text(), each.completion()).verdict())
                  .as("line %d: %s", each.line(), found)
                  .isEqualTo(VerdictValue.MATCH));
    }
    all.assertAll();
  }

  @Test
  void anAbsentReferenceIsNeverRight() {
    assertThat(AnswerMatcher.compare(null, "#### 18"))
        .isEqualTo(new Comparison(VerdictValue.UNDECIDED, "no-reference", Optional.of("18")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Nine times two.\\n#### $18.00|HASHES|$18.00",
        "So \\boxed{\\frac{3}{4}} of it.|BOXED|3/4",
        "The answer is 18 dollars. She is glad.|STATED|18 dollars",
        "18 apples|WHOLE|18 apples",
        "She bought 3 and then had 18 of them|LAST_NUMBER|18",
        "It takes 3 times as long, 18 minutes.|LAST_NUMBER|18 minutes",
      })
  void tellsWhereTheAnswerStood(String text, How how, String answer) {
    FinalAnswer found = FinalAnswer.of(text.replace("\\n", "\n")).orElseThrow();
    assertThat(found.how()).isEqualTo(how);
    assertThat(found.text()).isEqualTo(answer);
  }

  /** What the limit of tokens cut: the answer is 18. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9 + 9 = 18 #### 18\\nSo she|MATCH equal",
        "9 + 9 = 18 #### 18\\n|MATCH equal",
        "So \\boxed{18}|MATCH equal",
        "The answer is 18 apples. She|MATCH equal",
        "9 + 9 = 19 #### 19\\nSo she|MISMATCH different",
        "9 + 9 = 18 #### 18|UNDECIDED cut-off",
        "9 + 9 = 18 #### 1|UNDECIDED cut-off",
        "The answer is 18.|UNDECIDED cut-off",
        "The answer is 18,|UNDECIDED cut-off",
        "So \\boxed{1|UNDECIDED cut-off",
        "9 + 9 = 18|UNDECIDED cut-off",
        "18|UNDECIDED cut-off",
        "First she has|UNDECIDED cut-off",
        "''|UNDECIDED cut-off",
      })
  void aCutTextStatesAnAnswerOnlyIfItContinuesBehindIt(String text, String expected) {
    Comparison found = AnswerMatcher.compare("18", text.replace("\\n", "\n"), true);
    assertThat(found.verdict() + " " + found.reason()).isEqualTo(expected);
  }

  @Test
  void aCutTextIsNotTheWordsThatAreWanted() {
    assertThat(AnswerMatcher.compare("Tom", "Tom", false).reason()).isEqualTo("same-text");
    assertThat(AnswerMatcher.compare("Tom", "Tom", true).reason()).isEqualTo("cut-off");
  }

  @Test
  void everyReasonHasOneVerdict() {
    assertThat(AnswerMatcher.REASONS).hasSameSizeAs(Reason.values()).contains("no-answer");
  }

  /** Texts that make patterns with nested repetition take for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1,",
        "1,111",
        "1/",
        "1 ",
        "1:",
        "=",
        "-",
        "$",
        "{",
        "\\boxed{",
        "\\frac{1}{",
        "answer ",
        "answer is ",
        "A:",
        "####",
        "<<",
        "one ",
        "1e",
        "1.",
        "(",
        "a+",
        "**",
        " ",
        "\n",
        "10^",
        "; 1",
        "and 1"
      })
  void readsAMegabyteOfAnythingAtOnce(String unit) {
    String text = unit.repeat(1_000_000 / unit.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          AnswerMatcher.compare("18", text);
          AnswerMatcher.compare(text, "18");
        });
  }

  private static List<Case> corpus() {
    try (InputStream bytes = AnswerMatcherTest.class.getResourceAsStream("answers.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      List<String> rows = lines.lines().toList();
      return Stream.iterate(0, line -> line < rows.size(), line -> line + 1)
          .filter(line -> !rows.get(line).startsWith("# "))
          .map(line -> Case.of(line + 1, rows.get(line)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
