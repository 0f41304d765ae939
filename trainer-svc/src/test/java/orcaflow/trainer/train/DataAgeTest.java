package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.trainer.objective.RowSource;
import org.junit.jupiter.api.Test;

class DataAgeTest {

  @Test
  void countsOnlyRowsThatAPolicyOfTheRunWrote() {
    List<RowSource> rows = List.of(by("M1"), by("M1"), by("M3"), by("of another run"), byTeacher());

    assertThat(DataAge.of(rows, DataAgeTest::lag))
        .isEqualTo(new DataAge(OptionalDouble.of(4.0 / 3), OptionalInt.of(2), OptionalInt.of(2)));
    assertThat(DataAge.of(List.of(byTeacher()), DataAgeTest::lag))
        .isEqualTo(new DataAge(OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.empty()));
  }

  @Test
  void oneOldRowOfAHundredIsTheLargestAgeAndNotThe99thPercentile() {
    List<RowSource> rows = new ArrayList<>(Collections.nCopies(99, by("M3")));
    rows.add(by("M1"));
    assertThat(DataAge.of(rows, DataAgeTest::lag))
        .isEqualTo(new DataAge(OptionalDouble.of(0.02), OptionalInt.of(0), OptionalInt.of(2)));
    rows.add(by("M2"));
    assertThat(DataAge.of(rows, DataAgeTest::lag).p99()).hasValue(1);
  }

  private static OptionalInt lag(String version) {
    return version.startsWith("M")
        ? OptionalInt.of(3 - Integer.parseInt(version.substring(1)))
        : OptionalInt.empty();
  }

  private static RowSource by(String policy) {
    return new RowSource("row", "problem", new RecordPosition("a", 0, 1), Optional.of(policy));
  }

  private static RowSource byTeacher() {
    return new RowSource("row", "problem", new RecordPosition("a", 0, 1), Optional.empty());
  }
}
