package orcaflow.streams.overlap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.streams.overlap.NearestNeighbours.Neighbour;
import org.junit.jupiter.api.Test;

class TfIdfIndexTest {

  private static final int APPLE = 0;
  private static final int FIG = 1;
  private static final int PEAR = 2;
  private static final int PLUM = 3;

  /**
   * By hand, for three problems. idf(apple) = ln(4/2) + 1 = 1.693147, idf(pear) = ln(4/3) + 1 =
   * 1.287682, idf(fig), which no problem has, = ln(4/1) + 1 = 2.386294. The problem "apple apple
   * pear" weighs (3.386294, 1.287682), length 3.622860; the question "apple fig" weighs (1.693147,
   * 2.386294), length 2.925944; so the cosine is 5.733495 / 10.600286 = 0.540881.
   */
  @Test
  void weighsAsWorkedByHand() {
    TokenSequences problems =
        texts(new int[] {PEAR}, new int[] {APPLE, PEAR, APPLE}, new int[] {PLUM});
    TokenSequences questions = texts(new int[] {FIG, APPLE});
    TfIdf weights = new TfIdf(problems, 4);
    Bag twoApples = Bag.of(problems.get(1));
    assertThat(weights.weight(twoApples, 0)).isCloseTo(3.386294, within(1e-6));
    assertThat(weights.weight(twoApples, 1)).isCloseTo(1.287682, within(1e-6));
    assertThat(weights.length(twoApples)).isCloseTo(3.622860, within(1e-6));
    assertThat(weights.cosine(Bag.of(questions.get(0)), twoApples))
        .isCloseTo(0.540881168, within(1e-9));
    List<Neighbour> nearest =
        new TfIdfIndex(questions, weights, 4).nearest(problems, 10, done -> {}).of(0);
    assertThat(nearest).extracting(Neighbour::problem).containsExactly(1);
    assertThat(nearest.get(0).cosine()).isCloseTo(0.540881168, within(1e-9));
  }

  @Test
  void ofEquallyNearProblemsTheFirstComeFirst() {
    int[] same = {APPLE, PEAR};
    TokenSequences problems = texts(same, new int[] {PLUM}, new int[] {PEAR, APPLE}, same, same);
    NearestNeighbours nearest =
        new TfIdfIndex(texts(same), new TfIdf(problems, 4), 4).nearest(problems, 3, done -> {});
    assertThat(nearest.of(0)).extracting(Neighbour::problem).containsExactly(0, 2, 3);
  }

  @Test
  void findsWhatComparingEveryPairFinds() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int words = 5 + random.nextInt(60);
      TokenSequences problems = random(random, 1 + random.nextInt(120), words);
      TokenSequences questions = random(random, 1 + random.nextInt(15), words);
      NearestNeighbours nearest =
          new TfIdfIndex(questions, new TfIdf(problems, words), words)
              .nearest(problems, 10, done -> {});
      for (int q = 0; q < questions.size(); q++) {
        double[] all = cosines(questions.get(q), problems);
        List<Neighbour> found = nearest.of(q);
        double[] best =
            Arrays.stream(all)
                .boxed()
                .filter(cosine -> cosine > 0)
                .sorted(Comparator.reverseOrder())
                .limit(10)
                .mapToDouble(Double::doubleValue)
                .toArray();
        assertThat(found).as("seed %d", seed).hasSize(best.length);
        assertThat(found).extracting(Neighbour::problem).doesNotHaveDuplicates();
        for (int i = 0; i < best.length; i++) {
          assertThat(found.get(i).cosine()).isCloseTo(best[i], within(1e-12));
          assertThat(all[found.get(i).problem()]).isCloseTo(best[i], within(1e-12));
        }
      }
    }
  }

  /** The definition, written down once more without an index, a bag or an array. */
  private static double[] cosines(int[] question, TokenSequences problems) {
    List<Map<Integer, Double>> counts =
        IntStream.range(0, problems.size()).mapToObj(p -> counts(problems.get(p))).toList();
    Map<Integer, Double> asked = counts(question);
    Map<Integer, Double> idf = new HashMap<>();
    Stream.concat(counts.stream(), Stream.of(asked))
        .flatMap(text -> text.keySet().stream())
        .distinct()
        .forEach(
            word -> {
              double df = counts.stream().filter(text -> text.containsKey(word)).count();
              idf.put(word, Math.log((1 + counts.size()) / (1 + df)) + 1);
            });
    return counts.stream()
        .mapToDouble(
            text -> {
              double dot = dot(asked, text, idf);
              return dot == 0
                  ? 0
                  : dot / Math.sqrt(dot(asked, asked, idf)) / Math.sqrt(dot(text, text, idf));
            })
        .toArray();
  }

  private static double dot(
      Map<Integer, Double> a, Map<Integer, Double> b, Map<Integer, Double> idf) {
    return a.keySet().stream()
        .mapToDouble(
            word -> a.get(word) * b.getOrDefault(word, 0.0) * idf.get(word) * idf.get(word))
        .sum();
  }

  private static Map<Integer, Double> counts(int[] text) {
    Map<Integer, Double> counts = new HashMap<>();
    Arrays.stream(text).forEach(word -> counts.merge(word, 1.0, Double::sum));
    return counts;
  }

  /** Some texts empty, some words frequent. */
  private static TokenSequences random(Random random, int size, int words) {
    TokenSequences texts = new TokenSequences();
    for (int i = 0; i < size; i++) {
      texts.add(
          IntStream.range(0, random.nextInt(12))
              .map(place -> (int) (words * random.nextDouble() * random.nextDouble()))
              .toArray());
    }
    return texts;
  }

  private static TokenSequences texts(int[]... tokens) {
    TokenSequences texts = new TokenSequences();
    Arrays.stream(tokens).forEach(texts::add);
    return texts;
  }
}
