package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Each rule against numbers of scipy and statsmodels; the programs stand in the files. */
class StatisticsTest {

  private static final Offset<Double> CLOSE = within(1e-9);

  @ParameterizedTest
  @CsvFileSource(resources = "mcnemar.csv")
  void mcNemar(int lost, int gained, double p) {
    Pairs pairs = new Pairs(1000, lost, gained);

    assertThat(McNemar.p(pairs)).isCloseTo(p, CLOSE);
    assertThat(McNemar.rejects(lost + gained + 1, 0.05)).isLessThan((lost + gained + 1) / 2);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "score-interval.csv")
  void scoreInterval(
      int questions, int lost, int gained, double confidence, double low, double high) {
    close(ScoreInterval.of(new Pairs(questions, lost, gained), confidence), low, high);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "clustered-interval.csv")
  void clusteredInterval(String gains, String answers, double difference, double low, double high) {
    int[] gain = numbers(gains);
    int[] size = numbers(answers);
    List<Cluster> families =
        IntStream.range(0, gain.length).mapToObj(i -> new Cluster(gain[i], size[i])).toList();

    assertThat(ClusteredInterval.difference(families)).isCloseTo(difference, CLOSE);
    close(ClusteredInterval.of(families), low, high);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "sign-flip.csv")
  void signFlip(String gains, double p) {
    assertThat(SignFlip.p(Arrays.stream(numbers(gains)).mapToObj(g -> new Cluster(g, 9)).toList()))
        .isCloseTo(p, CLOSE);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "pass-at-k.csv")
  void passAtK(int right, int samples, int k, double value) {
    assertThat(PassAtK.of(right, samples, k)).isCloseTo(value, CLOSE);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "majority-at-k.csv")
  void majorityAtK(int right, String others, int without, int k, double value) {
    List<Integer> given = Arrays.stream(numbers(others)).boxed().toList();

    assertThat(MajorityAtK.of(new MajorityAtK.Votes(right, given, without), k))
        .isCloseTo(value, CLOSE);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "holm.csv")
  void holm(String ps, String adjusted) {
    List<Double> expected = decimals(adjusted);
    List<Double> found = Holm.adjust(decimals(ps));

    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isCloseTo(expected.get(i), CLOSE);
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "smallest-difference.csv")
  void smallestDifference(int questions, double discordance, double difference, double power) {
    assertThat(SmallestDifference.of(questions, discordance))
        .hasValueSatisfying(found -> assertThat(found).isCloseTo(difference, CLOSE));
    assertThat(SmallestDifference.power(questions, discordance, difference / 2))
        .isCloseTo(power, CLOSE);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "confidence-sequence.csv")
  void confidenceSequence(String differences, double low, double high) {
    ConfidenceSequence sequence = new ConfidenceSequence(0.95);
    differences.chars().forEach(c -> sequence.add("-0+".indexOf(c) - 1));

    close(sequence.interval(), low, high);
  }

  private static void close(Interval found, double low, double high) {
    assertThat(found.low()).isCloseTo(low, CLOSE);
    assertThat(found.high()).isCloseTo(high, CLOSE);
  }

  private static int[] numbers(String text) {
    return text == null
        ? new int[0]
        : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static List<Double> decimals(String text) {
    return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
  }
}
