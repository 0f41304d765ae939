package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonInferiorityTest {

  private static final int QUESTIONS = 600;
  private static final int TRIALS = 1_000;
  private static final double MARGIN = 0.02;

  @Test
  void theIntervalIsTheClusteredOneAtNinetyPercent() {
    NonInferiority found = of(new int[] {2, 0, 1, 2, 1, 0}, new int[] {2, 1, 1, 0, 2, 1}, 2);

    assertThat(found.questions()).isEqualTo(6);
    assertThat(found.before()).isEqualTo(0.5);
    assertThat(found.after()).isCloseTo(7.0 / 12, within(1e-12));
    // scipy.stats.t.interval(0.9, 5, loc=1/12, scale=std([0,1,0,-2,1,1], ddof=1)/2/sqrt(6))
    assertThat(found.interval().low()).isCloseTo(-0.3975, within(1e-4));
    assertThat(found.interval().high()).isCloseTo(0.5642, within(1e-4));
    assertThat(found.passes(0.39)).isFalse();
    assertThat(found.passes(0.40)).isTrue();
  }

  @Test
  void policiesThatNeverDifferPassAndOtherQuestionsAreRefused() {
    int[] same = new int[QUESTIONS];
    assertThat(of(same, same, 2).passes(MARGIN)).isTrue();
    assertThatThrownBy(() -> of(same, new int[3], 2)).hasMessage("600 questions against 3");
  }

  /** Of 600 questions 15 are lost and none is gained: 0.025 [0.015, 0.035] worse. */
  @Test
  void whatIsSurelyWorseWithinTheMarginDoesNotPass() {
    int[] before = new int[QUESTIONS];
    int[] after = new int[QUESTIONS];
    Arrays.fill(before, 2);
    Arrays.fill(after, 2);
    Arrays.fill(after, 0, 15, 0);
    NonInferiority found = of(before, after, 2);

    assertThat(found.interval().low()).isGreaterThan(-0.05);
    assertThat(found.interval().high()).isNegative();
    assertThat(found.passes(0.05)).isFalse();
    assertThat(of(after, before, 2).passes(0.05)).isTrue();
  }

  /**
   * Policies whose answers to a question depend on one another, as those of two checkpoints do: a
   * question is easy or hard for both.
   */
  @ParameterizedTest
  @CsvSource({
    // difference, largest share that passes
    "-0.02, 0.05",
    "-0.04, 0.005",
    "-0.10, 0.0"
  })
  void whatIsWorseByTheMarginPassesInOneCaseOfTwentyAtMost(double difference, double wanted) {
    int passed = passed(difference);
    System.out.printf(
        "true difference %+.2f: %d of %d trials pass a margin of %.2f%n",
        difference, passed, TRIALS, MARGIN);
    // Three standard errors of a share of 5 % in 1,000 trials are 0.021.
    assertThat(passed / (double) TRIALS).isLessThanOrEqualTo(wanted + (wanted == 0.05 ? 0.021 : 0));
  }

  @Test
  void whatIsBetterPassesMostly() {
    int better = passed(0.03);
    int equal = passed(0);
    System.out.printf(
        "true difference +0.03: %d, 0: %d of %d trials pass%n", better, equal, TRIALS);
    assertThat(better).isGreaterThan(800);
    assertThat(equal).isBetween(200, better);
  }

  private static int passed(double difference) {
    Random random = new Random(20240214);
    int passed = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      int[] before = new int[QUESTIONS];
      int[] after = new int[QUESTIONS];
      for (int i = 0; i < QUESTIONS; i++) {
        double easy = Math.min(0.9, Math.max(0.1, 0.6 + 0.25 * random.nextGaussian()));
        for (int answer = 0; answer < 2; answer++) {
          before[i] += random.nextDouble() < easy ? 1 : 0;
          after[i] += random.nextDouble() < easy + difference ? 1 : 0;
        }
      }
      passed += of(before, after, 2).passes(MARGIN) ? 1 : 0;
    }
    return passed;
  }

  /** Each question is a family of its own. */
  private static NonInferiority of(int[] first, int[] second, int answers) {
    return NonInferiority.of(first, second, answers, IntStream.range(0, first.length).toArray());
  }
}
