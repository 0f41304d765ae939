package orcaflow.cli.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

  /** A problem of 12 words, edited once, solved in 30 words, with one of five rollouts right. */
  private static final Facts RATED =
      new Facts("suggest-and-edit", 1, 12, 30, OptionalDouble.of(1.0 / 5));

  private static final Facts UNRATED =
      new Facts("suggest-and-edit", 1, 12, 30, OptionalDouble.empty());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          solve_rate in 0.2..0.8                         | true  | open
          solve_rate in 0.25..0.8                        | false | open
          solve_rate in 0..1                             | true  | open
          solve_rate > 0.2                               | false | open
          solve_rate < 0.21                              | true  | open
          solve_rate = 0.2                               | true  | open
          question_words <= 12                           | true  | true
          question_words>=13                             | false | false
          solution_words in 30..30                       | true  | true
          round = 1 and agent = suggest-and-edit         | true  | true
          agent = seed                                   | false | false
          agent = seed and solve_rate in 0.2..0.8        | false | false
          solve_rate in 0.2..0.8 and question_words < 99 | true  | open
          """)
  void holdsWhereAllTermsHoldAndFailsBeforeRolloutsWhereOneFails(
      String text, boolean rated, String unrated) {
    Condition condition = Condition.parse(text);
    assertThat(condition.holds(RATED)).contains(rated);
    assertThat(condition.holds(UNRATED))
        .isEqualTo(
            unrated.equals("open") ? Optional.empty() : Optional.of(Boolean.valueOf(unrated)));
    assertThat(condition.needsRollouts()).isEqualTo(text.contains("solve_rate"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                              | 1  | it ends where solve_rate, question_words
          solve_rat in 0.2..0.8           | 1  | 'solve_rat' is no field: give solve_rate
          solve_rate ~ 1                  | 12 | in, >=, <=, =, < or > is expected
          solve_rate and 1                | 12 | 'and' is no comparison
          solve_rate in 0.2               | 18 | it ends where '..' is expected
          solve_rate in 0.2,0.8           | 18 | '..' is expected
          solve_rate in 0.8..0.2          | 15 | the range is empty
          solve_rate >= 20                | 15 | 20 is no solve_rate: it goes from 0 to 1
          question_words >= many          | 19 | 'many' is no number
          agent >= seed                   | 7  | agent can only be compared by '='
          agent = teacher                 | 9  | 'teacher' is no agent: give one of seed
          round = 1 or round = 0          | 11 | 'and' or the end is expected
          round = 1 and                   | 14 | it ends where solve_rate
          """)
  void whatIsNoConditionIsSaidWithTextAndPosition(String text, int position, String why) {
    String where = text == null ? "" : text;
    assertThatThrownBy(() -> Condition.parse(where))
        .isInstanceOf(Condition.BadCondition.class)
        .hasMessageStartingWith("--where '%s', character %d: %s".formatted(where, position, why));
  }
}
