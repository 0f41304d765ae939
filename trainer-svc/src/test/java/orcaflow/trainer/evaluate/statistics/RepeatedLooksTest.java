package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatedLooksTest {

  private static final int RUNS = 2_000;
  private static final int LOOKS = 12;
  private static final int QUESTIONS = 300;

  @Test
  void theErrorsOfAllLooksAddUp() {
    double errors =
        IntStream.rangeClosed(1, 100_000)
            .mapToDouble(look -> 1 - RepeatedLooks.confidence(look))
            .sum();
    assertThat(errors).isBetween(0.0499, 0.05);
    assertThatThrownBy(() -> RepeatedLooks.confidence(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("look 0");
  }

  /** Policies that are as good as the first one, each compared with it when it comes. */
  @Test
  void fewRunsMissTheTrueDifferenceAtAnyLook() {
    Random random = new Random(7);
    int usual = 0;
    int together = 0;
    for (int run = 0; run < RUNS; run++) {
      boolean missed = false;
      boolean missedOnce = false;
      for (int look = 1; look <= LOOKS; look++) {
        Pairs pairs = pairs(random);
        missed |= !holdsZero(ScoreInterval.of(pairs, RepeatedLooks.confidence(look)));
        missedOnce |= !holdsZero(ScoreInterval.of(pairs));
      }
      together += missed ? 1 : 0;
      usual += missedOnce ? 1 : 0;
    }
    System.out.printf(
        "%d looks, %d runs: some interval misses in %.1f %%, usual ones in %.1f %%%n",
        LOOKS, RUNS, 100.0 * together / RUNS, 100.0 * usual / RUNS);
    assertThat((double) together / RUNS).isLessThan(0.06);
    assertThat((double) usual / RUNS).isGreaterThan(0.3);
  }

  private static Pairs pairs(Random random) {
    int lost = 0;
    int gained = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      if (random.nextDouble() < 0.3) {
        if (random.nextBoolean()) {
          lost++;
        } else {
          gained++;
        }
      }
    }
    return new Pairs(QUESTIONS, lost, gained);
  }

  private static boolean holdsZero(Interval interval) {
    return interval.low() <= 0 && interval.high() >= 0;
  }
}
