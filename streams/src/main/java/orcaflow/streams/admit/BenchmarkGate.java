package orcaflow.streams.admit;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orcaflow.streams.admit.Benchmarks.BenchmarkQuestion;
import orcaflow.streams.overlap.Bag;
import orcaflow.streams.overlap.NGrams;
import orcaflow.streams.overlap.NearestNeighbours;
import orcaflow.streams.overlap.NearestNeighbours.Neighbour;
import orcaflow.streams.overlap.TfIdf;
import orcaflow.streams.overlap.TfIdfIndex;
import orcaflow.streams.overlap.TokenSequences;
import orcaflow.streams.overlap.Tokeniser;

/**
 * Rejects benchmark questions: equal ones always, similar ones according to the limits. A candidate
 * is compared with the 10 questions nearest to it by TF-IDF cosine, and with each of them by
 * Jaccard overlap of n-gram sets at every n, as in the report over a run. The weights of words come
 * from the benchmark alone, so that a decision depends on the candidate and the files, and not on
 * earlier candidates.
 */
public final class BenchmarkGate {

  private static final int NEAREST = 10;

  private final Benchmarks benchmarks;
  private final BenchmarkLimits limits;
  private final List<BenchmarkQuestion> asked;
  private final Tokeniser tokeniser = new Tokeniser();
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final TokenSequences questions = new TokenSequences();
  private final TfIdf weights;
  private final TfIdfIndex index;

  BenchmarkGate(Benchmarks benchmarks, BenchmarkLimits limits) {
    this.benchmarks = benchmarks;
    this.limits = limits;
    asked = limits.none() ? List.of() : benchmarks.all();
    asked.forEach(question -> questions.add(numbers(question.question(), vocabulary)));
    weights = new TfIdf(questions, vocabulary.size());
    index = new TfIdfIndex(questions, weights, vocabulary.size());
  }

  /** The evidence that a benchmark contains the question, if one does. */
  Optional<Evidence> objection(String question) {
    return benchmarks
        .find(question)
        .map(Evidence::inBenchmark)
        .or(() -> asked.isEmpty() ? Optional.empty() : tooNear(question));
  }

  /** One text at a time: the tokeniser is shared by all stream threads. */
  private synchronized Optional<Evidence> tooNear(String question) {
    // Words that no benchmark has get numbers that are valid for this text only.
    Map<String, Integer> unknown = new HashMap<>();
    int[] words =
        tokeniser.tokens(question).stream()
            .mapToInt(
                word ->
                    Optional.ofNullable(vocabulary.get(word))
                        .orElseGet(
                            () ->
                                unknown.computeIfAbsent(
                                    word, one -> vocabulary.size() + unknown.size())))
            .toArray();
    NearestNeighbours nearest = index.nearest(words, NEAREST);
    return nearest.of(0).stream()
        .flatMap(neighbour -> tooNear(words, neighbour).stream())
        .findFirst();
  }

  private Optional<Evidence> tooNear(int[] words, Neighbour neighbour) {
    String place = asked.get(neighbour.problem()).place();
    int[] other = questions.get(neighbour.problem());
    List<Double> overlaps = NGrams.overlaps(words, other, BenchmarkLimits.LONGEST);
    for (Map.Entry<Integer, Double> limit : limits.ngrams().entrySet()) {
      int n = limit.getKey();
      if (n <= overlaps.size() && overlaps.get(n - 1) > limit.getValue()) {
        double overlap = overlaps.get(n - 1);
        return Optional.of(
            Evidence.benchmark(
                String.format(
                    Locale.ROOT,
                    "shares %.2f of the %d-grams with %s, more than %s",
                    overlap,
                    n,
                    place,
                    limit.getValue()),
                place,
                overlap,
                "ngrams-" + n,
                overlaps));
      }
    }
    double cosine = weights.cosine(Bag.of(words.clone()), Bag.of(other.clone()));
    return limits
        .cosine()
        .filter(limit -> cosine >= limit)
        .map(
            limit ->
                Evidence.benchmark(
                    String.format(
                        Locale.ROOT,
                        "TF-IDF cosine %.3f with %s, at least %s",
                        cosine,
                        place,
                        limit),
                    place,
                    cosine,
                    "tfidf-cosine",
                    overlaps));
  }

  private int[] numbers(String text, Map<String, Integer> known) {
    return tokeniser.tokens(text).stream()
        .mapToInt(word -> known.computeIfAbsent(word, unknown -> known.size()))
        .toArray();
  }
}
