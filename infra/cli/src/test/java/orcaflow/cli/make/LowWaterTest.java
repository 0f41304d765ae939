package orcaflow.cli.make;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowWaterTest {

  /** A word for each seed: a letter for each of its problems, taken, refused or open. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # seeds    | settled | wanted | accepted  | decided | open | taken
          t t t      | 3       | 2      | 0.0 1.0   | 2       | 0    | 0
          t r t      | 3       | 2      | 0.0 2.0   | 3       | 0    | 0
          o t t      | 3       | 2      | ""        | 0       | 1    | 2
          t o t      | 3       | 2      | 0.0       | 1       | 1    | 1
          tot t      | 2       | 3      | 0.0       | 1       | 1    | 2
          trt t      | 2       | 3      | 0.0 0.2 1.0 | 4     | 0    | 0
          t t t      | 1       | 2      | 0.0       | 1       | 0    | 0
          ttt        | 1       | 2      | 0.0 0.1   | 3       | 0    | 0
          r r        | 2       | 1      | ""        | 2       | 0    | 0
          """)
  void acceptsInTheOrderOfRanksUpToTheFirstThatIsOpen(
      String seeds, int settled, int wanted, String accepted, long decided, long open, long taken) {
    LowWater.Level level = new LowWater(wanted, rank -> decisions(seeds, rank)).advance(settled);
    assertThat(String.join(" ", level.accepted().stream().map(AcceptedProblem::id).toList()))
        .isEqualTo(accepted == null ? "" : accepted);
    assertThat(List.of(level.decided(), level.open(), level.taken()))
        .containsExactly(decided, open, taken);
  }

  private static List<Decision> decisions(String seeds, int rank) {
    String own = seeds.split(" ")[rank];
    return IntStream.range(0, own.length())
        .mapToObj(i -> decision(own.charAt(i), rank + "." + i))
        .toList();
  }

  private static Decision decision(char letter, String id) {
    return switch (letter) {
      case 'o' -> new Decision.Open();
      case 'r' -> new Decision.Refused("");
      default ->
          new Decision.Taken(
              new AcceptedProblem(
                  id,
                  "",
                  "",
                  Optional.empty(),
                  OptionalDouble.empty(),
                  AcceptedProblem.Verdicts.NONE,
                  Optional.empty(),
                  "seed",
                  0,
                  "",
                  1,
                  Optional.empty()));
    };
  }
}
