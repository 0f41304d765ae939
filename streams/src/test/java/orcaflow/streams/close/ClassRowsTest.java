package orcaflow.streams.close;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import orcaflow.streams.pair.Labelling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassRowsTest {

  /** The table of streams/README.md, worked out by hand from the rules of each labelling. */
  @ParameterizedTest
  @CsvSource({
    "rollouts,              0 1 2 1 0,  0 1 2 3 4, 4 3 2 1 0",
    "paper,                 4 6 6 4 20, 1 2 3 4 5, 4 3 2 1 4",
    "paper-capped,          4 6 6 4 6,  1 2 3 4 5, 4 3 2 1 4",
    "paper-no-synthetic,    4 6 6 4 0,  1 2 3 4 5, 4 3 2 1 0",
    "teacher-only,          4 3 2 1 4,  1 1 1 1 1, 4 3 2 1 4",
    "one-to-one,            1 2 2 1 4,  1 2 3 4 5, 4 3 2 1 4",
    "teacher-reliable,      4 6 6 4 20, 1 2 3 4 5, 4 3 2 1 4",
    "expert-iteration,      0 0 0 0 0,  1 1 2 3 4, 4 3 2 1 0",
    "unsolved,              0 0 0 0 0,  1 1 2 3 0, 4 3 2 1 0",
    "rollouts-else-teacher, 0 0 0 0 0,  1 1 2 3 4, 4 3 2 1 0"
  })
  void countsTheRowsOfEachClass(String name, String pairs, String desirable, String undesirable) {
    List<ClassRows> classes = ClassRows.of(Labelling.named(name), 4);

    assertThat(classes).extracting(ClassRows::right).containsExactly(0, 1, 2, 3, 4);
    assertThat(classes).extracting(ClassRows::pairs).isEqualTo(numbers(pairs));
    assertThat(classes).extracting(ClassRows::desirable).isEqualTo(numbers(desirable));
    assertThat(classes).extracting(ClassRows::undesirable).isEqualTo(numbers(undesirable));
    assertThat(classes).extracting(ClassRows::demonstrations).containsOnly(0);
  }

  @Test
  void countsRightRolloutsAsDemonstrations() {
    assertThat(ClassRows.of(Labelling.named("rejection-sampling"), 4))
        .extracting(ClassRows::demonstrations)
        .containsExactly(0, 1, 2, 3, 4);
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
  }
}
