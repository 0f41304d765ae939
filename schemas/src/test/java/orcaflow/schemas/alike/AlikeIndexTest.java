package orcaflow.schemas.alike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlikeIndexTest {

  /** Sets of all sizes with much and little in common, repeats among them. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.5, 0.7, 0.75, 0.9, 1})
  void findsWhatComparingEveryPairFinds(double threshold) {
    int alike = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      List<Set<Long>> sets = sets(random);
      AlikeIndex index = new AlikeIndex(threshold);
      for (int i = 0; i < sets.size(); i++) {
        Map<Integer, Double> found = new HashMap<>();
        index.search(
            array(sets.get(i)),
            (number, overlap) -> assertThat(found.put(number, overlap)).isNull());
        Map<Integer, Double> expected = new HashMap<>();
        for (int j = 0; j < i; j++) {
          double overlap = jaccard(sets.get(i), sets.get(j));
          if (overlap >= threshold) {
            expected.put(j, overlap);
          }
        }
        assertThat(found).as("seed %d, set %d", seed, i).isEqualTo(expected);
        alike += found.size();
        index.add(array(sets.get(i)));
      }
      assertThat(index.size()).isEqualTo(sets.size());
    }
    assertThat(alike).isGreaterThan(500);
  }

  @Test
  void anEmptySetIsLikeNothing() {
    AlikeIndex index = new AlikeIndex(0.5);
    index.add(new long[0]);
    index.search(new long[0], (number, overlap) -> assertThat(number).isNegative());
    assertThat(AlikeIndex.overlap(new long[0], new long[0])).isZero();
  }

  @Test
  void theOverlapIsSharedOverAllDistinct() {
    assertThat(AlikeIndex.overlap(new long[] {1, 2, 3}, new long[] {2, 3, 4, 5})).isEqualTo(0.4);
  }

  @Test
  void aThresholdOfNothingIsRefused() {
    assertThatThrownBy(() -> new AlikeIndex(0))
        .hasMessage("threshold is 0.0: use more than 0 and at most 1");
  }

  private static List<Set<Long>> sets(Random random) {
    List<Set<Long>> sets = new ArrayList<>();
    int members = 5 + random.nextInt(60);
    for (int i = 0; i < 80; i++) {
      boolean copy = i > 0 && random.nextInt(3) > 0;
      Set<Long> set = copy ? new HashSet<>(sets.get(random.nextInt(i))) : new HashSet<>();
      int changes = copy ? random.nextInt(4) : random.nextInt(25);
      for (int change = 0; change < changes; change++) {
        long member = random.nextInt(members) - 10L;
        if (!set.remove(member)) {
          set.add(member);
        }
      }
      sets.add(set);
    }
    return sets;
  }

  private static double jaccard(Set<Long> a, Set<Long> b) {
    Set<Long> shared = new HashSet<>(a);
    shared.retainAll(b);
    Set<Long> all = new HashSet<>(a);
    all.addAll(b);
    return all.isEmpty() ? 0 : (double) shared.size() / all.size();
  }

  private static long[] array(Set<Long> set) {
    return new TreeSet<>(set).stream().mapToLong(Long::longValue).toArray();
  }
}
