package orcaflow.streams.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NGramsTest {

  @Test
  void overlapIsSharedOverAllDistinctRuns() {
    int[] a = {1, 2, 3, 4};
    int[] b = {1, 2, 3, 5, 2};
    // n=1: {1 2 3} of {1 2 3 4 5}; n=2: {12 23} of {12 23 34 35 52}; n=3: {123} of 4; n=4: none.
    assertThat(NGrams.overlaps(a, b, 8)).containsExactly(3 / 5.0, 2 / 5.0, 1 / 4.0, 0.0);
    assertThat(NGrams.overlaps(b, a, 8)).isEqualTo(NGrams.overlaps(a, b, 8));
  }

  @Test
  void repeatsCountOnce() {
    assertThat(NGrams.overlaps(new int[] {7, 7, 7}, new int[] {7}, 8)).containsExactly(1.0);
  }

  @Test
  void overlapMayRiseWithN() {
    int[] a = {1, 2, 3, 1, 3, 2, 1};
    int[] b = {1, 2, 3, 1, 3, 2, 1, 4};
    assertThat(NGrams.overlaps(a, b, 2)).containsExactly(3 / 4.0, 6 / 7.0);
  }

  @Test
  void stopsAtTheLongestOrWhereATextEnds() {
    int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assertThat(NGrams.overlaps(text, text, 8)).hasSize(8).containsOnly(1.0);
    assertThat(NGrams.overlaps(text, new int[] {1, 2}, 8)).hasSize(2);
    assertThat(NGrams.overlaps(text, new int[0], 8)).isEqualTo(List.of());
  }
}
