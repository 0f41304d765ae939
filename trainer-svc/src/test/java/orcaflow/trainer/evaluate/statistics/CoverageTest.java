package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the intervals hold the true difference, in simulated benchmarks. */
class CoverageTest {

  private static final int RUNS = 10_000;

  /** Where 20 and more discordant questions are expected: 95 +- 0.5 %. */
  @ParameterizedTest
  @CsvSource({
    "50,   0.15, 0.25",
    "100,  0.10, 0.20",
    "100,  0.05, 0.15",
    "200,  0.10, 0.10",
    "200,  0.05, 0.20",
    "500,  0.03, 0.03",
    "1319, 0.04, 0.08",
  })
  void theScoreIntervalHoldsTheDifferenceAsOftenAsItSays(int questions, double lose, double gain) {
    assertThat(scoreCoverage(questions, lose, gain)).isCloseTo(0.95, within(0.005));
  }

  /** Where few questions are discordant, no interval of so few values can be exact. */
  @ParameterizedTest
  @CsvSource({"20, 0.03, 0.03", "50, 0, 0.02", "50, 0.04, 0.08", "200, 0, 0.02"})
  void theScoreIntervalIsSeldomTooShortWithFewDiscordantQuestions(
      int questions, double lose, double gain) {
    assertThat(scoreCoverage(questions, lose, gain)).isGreaterThan(0.93);
  }

  @ParameterizedTest
  @CsvSource({"40, 1", "40, 5", "200, 3"})
  void theClusteredIntervalHoldsTheDifferenceThoughFamiliesAnswerAlike(int families, int most) {
    RandomGenerator random = new SplittableRandom(1);
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Cluster> clusters = new ArrayList<>();
      for (int family = 0; family < families; family++) {
        int size = 1 + random.nextInt(most);
        double gain = random.nextDouble() * 0.4;
        double lose = random.nextDouble() * 0.2;
        int sum = 0;
        for (int i = 0; i < size; i++) {
          sum += difference(random, lose, gain);
        }
        clusters.add(new Cluster(sum, size));
      }
      held += ClusteredInterval.of(clusters).holds(0.1) ? 1 : 0;
    }
    print("clustered interval, %d families of up to %d questions", families, most, held);
    assertThat((double) held / RUNS).isCloseTo(0.95, within(0.01));
  }

  /** Four answers to each of 50 and 200 questions, few of which differ. */
  @ParameterizedTest
  @CsvSource({"50, 0.02", "50, 0.1", "200, 0.02", "200, 0.1"})
  void theClusteredIntervalHoldsTheDifferenceThoughFewAnswersDiffer(int questions, double differ) {
    RandomGenerator random = new SplittableRandom(1);
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Cluster> clusters = new ArrayList<>();
      for (int question = 0; question < questions; question++) {
        int sum = 0;
        for (int i = 0; i < 4; i++) {
          sum += difference(random, differ / 4, differ * 3 / 4);
        }
        clusters.add(new Cluster(sum, 4));
      }
      held += ClusteredInterval.of(clusters).holds(differ / 2) ? 1 : 0;
    }
    print(
        "clustered interval, %d questions of 4 answers, %.2f discordant", questions, differ, held);
    assertThat((double) held / RUNS).isCloseTo(0.95, within(0.01));
  }

  @Test
  void theConfidenceSequenceMissesInAtMostFiveOfAHundredRunsHoweverOftenOneLooks() {
    RandomGenerator random = new SplittableRandom(1);
    int runs = 2_000;
    int missed = 0;
    int missedByUsual = 0;
    for (int run = 0; run < runs; run++) {
      ConfidenceSequence sequence = new ConfidenceSequence(0.95);
      int[] counts = new int[3];
      boolean misses = false;
      boolean usualMisses = false;
      for (int n = 1; n <= 300; n++) {
        int difference = difference(random, 0.1, 0.2);
        counts[difference + 1]++;
        sequence.add(difference);
        misses |= !sequence.holds(0.1);
        usualMisses |= n >= 20 && !usual(n, counts[0], counts[2]).holds(0.1);
      }
      missed += misses ? 1 : 0;
      missedByUsual += usualMisses ? 1 : 0;
    }
    System.out.printf(
        "looked at after each of 300 questions: sequence misses in %.1f %% of runs,"
            + " the usual interval in %.1f %%%n",
        100.0 * missed / runs, 100.0 * missedByUsual / runs);
    assertThat((double) missed / runs).isLessThanOrEqualTo(0.05);
    assertThat((double) missedByUsual / runs).isGreaterThan(0.1);
  }

  private static double scoreCoverage(int questions, double lose, double gain) {
    RandomGenerator random = new SplittableRandom(1);
    Map<Pairs, Boolean> known = new HashMap<>();
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      int[] counts = new int[3];
      for (int i = 0; i < questions; i++) {
        counts[difference(random, lose, gain) + 1]++;
      }
      held +=
          known.computeIfAbsent(
                  new Pairs(questions, counts[0], counts[2]),
                  pairs -> ScoreInterval.of(pairs).holds(gain - lose))
              ? 1
              : 0;
    }
    print("score interval, %d questions, %.2f discordant", questions, lose + gain, held);
    return (double) held / RUNS;
  }

  private static final Map<Pairs, Interval> USUAL = new HashMap<>();

  private static Interval usual(int questions, int lost, int gained) {
    return USUAL.computeIfAbsent(new Pairs(questions, lost, gained), ScoreInterval::of);
  }

  private static int difference(RandomGenerator random, double lose, double gain) {
    double u = random.nextDouble();
    return u < lose ? -1 : u < lose + gain ? 1 : 0;
  }

  private static void print(String what, Object first, Object second, int held) {
    System.out.printf(
        what.formatted(first, second) + ": %.2f %% of %,d runs%n", 100.0 * held / RUNS, RUNS);
  }
}
