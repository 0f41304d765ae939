package orcaflow.streams.admit;

import java.util.List;
import java.util.Optional;
import orcaflow.events.RejectedCandidate;

/**
 * What proves the reason of a rejection.
 *
 * @param sentence for people
 * @param duplicateOf problem id of the problem that is repeated
 * @param similarity how alike, 0 to 1
 * @param method how that was measured
 * @param benchmark file, line and id of the benchmark question
 * @param overlaps Jaccard overlap of n-gram sets with it, n = 1, 2, ...
 */
public record Evidence(
    String sentence,
    Optional<String> duplicateOf,
    Optional<Double> similarity,
    Optional<String> method,
    Optional<String> benchmark,
    List<Double> overlaps) {

  private static final String EQUAL_WORDS = "equal-words";

  public Evidence {
    overlaps = List.copyOf(overlaps);
  }

  /** Writes it into an event. */
  RejectedCandidate.Builder in(RejectedCandidate.Builder event) {
    return event
        .setEvidence(sentence)
        .setDuplicateOf(duplicateOf.orElse(null))
        .setSimilarity(similarity.orElse(null))
        .setMethod(method.orElse(null))
        .setBenchmark(benchmark.orElse(null))
        .setOverlaps(overlaps);
  }

  /** Nothing but a sentence. */
  static Evidence of(String sentence) {
    return new Evidence(
        sentence,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  static Evidence by(String method, String sentence) {
    return new Evidence(
        sentence,
        Optional.empty(),
        Optional.empty(),
        Optional.of(method),
        Optional.empty(),
        List.of());
  }

  static Evidence duplicate(String sentence, String duplicateOf, double similarity, String method) {
    return new Evidence(
        sentence,
        Optional.of(duplicateOf),
        Optional.of(similarity),
        Optional.of(method),
        Optional.empty(),
        List.of());
  }

  /** The problem was asked in the same words. */
  static Evidence repeated(String sentence, String problemId) {
    return duplicate(sentence, problemId, 1, EQUAL_WORDS);
  }

  static Evidence benchmark(
      String sentence, String place, double similarity, String method, List<Double> overlaps) {
    return new Evidence(
        sentence,
        Optional.empty(),
        Optional.of(similarity),
        Optional.of(method),
        Optional.of(place),
        overlaps);
  }

  /** A benchmark asks it in the same words. */
  static Evidence inBenchmark(String place) {
    return benchmark("same question as " + place, place, 1, EQUAL_WORDS, List.of());
  }
}
