package orcaflow.cli.make;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # wanted | accepted | decided | in hand | seeds left | most | per seed | paid | says
          100      | 0        | 0       | 0       | 99         | 1    | 1        |      | impossible
          100      | 0        | 0       | 0       | 100        | 1    | 1        |      | nothing
          100      | 0        | 0       | 0       | 50         | 2    | 1        |      | nothing
          100      | 60       | 100     | 30      | 9          | 1    | 1        |      | impossible
          100      | 60       | 100     | 30      | 10         | 1    | 1        |      | problems that are left
          100      | 10       | 29      | 0       | 100        | 1    | 1        |      | nothing
          100      | 10       | 30      | 0       | 100        | 1    | 1        |      | problems that are left
          100      | 10       | 30      | 0       | 1000       | 1    | 1        |      | nothing
          100      | 10       | 30      | 0       | 1000       | 1    | 1        | 100  | money still pays
          100      | 10       | 30      | 0       | 1000       | 1    | 1        | 900  | nothing
          """)
  void saysWhatIsCertainAndWhatIsLikely(
      long wanted,
      long accepted,
      long decided,
      long inHand,
      long seedsLeft,
      int most,
      double perSeed,
      Double paid,
      String says) {
    Reach reach =
        new Reach(
            wanted,
            accepted,
            decided,
            inHand,
            seedsLeft,
            most,
            perSeed,
            paid == null ? OptionalDouble.empty() : OptionalDouble.of(paid));
    assertThat(reach.impossible().isPresent()).isEqualTo(says.equals("impossible"));
    if (says.equals("impossible") || says.equals("nothing")) {
      assertThat(reach.unlikely()).isEmpty();
    } else {
      assertThat(reach.unlikely().orElseThrow()).contains(says);
    }
  }
}
