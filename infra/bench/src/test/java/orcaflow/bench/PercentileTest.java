package orcaflow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentileTest {

  @Test
  void isTheSmallestValueThatTheShareDoesNotExceed() {
    double[] values = IntStream.rangeClosed(1, 200).mapToDouble(i -> 201 - i).toArray();
    assertThat(Percentile.of(0.99, values)).isEqualTo(198);
    assertThat(Percentile.of(0.5, values)).isEqualTo(100);
    assertThat(Percentile.of(1, values)).isEqualTo(200);
    assertThat(Percentile.of(0.99, 7)).isEqualTo(7);
  }

  @Test
  void thereIsNoneOfNothing() {
    assertThatThrownBy(() -> Percentile.of(0.99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a percentile needs at least one value");
  }
}
