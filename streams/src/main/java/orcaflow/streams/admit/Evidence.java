package orcaflow.streams.admit;

import java.util.List;
import java.util.Optional;
import orcaflow.events.RejectedCandidate;

/**
 * The proof of a rejection's reason.
 *
 * @param sentence for people
 * @param duplicateOf problem id of the problem that is repeated
 * @param similarity 0 to 1
 * @param method how the similarity is measured
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

  /** Sets the fields of an event. */
  RejectedCandidate.Builder in(RejectedCandidate.Builder event) {
    return event
        .setEvidence(sentence)
        .setDuplicateOf(duplicateOf.orElse(null))
        .setSimilarity(similarity.orElse(null))
        .setMethod(method.orElse(null))
        .setBenchmark(benchmark.orElse(null))
        .setOverlaps(overlaps);
  }

  /** A sentence alone. */
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

  /** An equal question is a problem already. */
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

  /** A benchmark has an equal question. */
  static Evidence inBenchmark(String place) {
    return benchmark("same question as " + place, place, 1, EQUAL_WORDS, List.of());
  }
}
