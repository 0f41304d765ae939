package orcaflow.streams.admit;

import java.util.Optional;
import orcaflow.events.ProblemCandidate;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Reason;
import orcaflow.streams.admit.Decision.Rejected;

/**
 * Which candidates become problems. Near-duplicates are the rule of {@link Resemblance}, because
 * they depend on other problems. The rules apply in the order of {@link Reason}, and the first one
 * that objects decides.
 *
 * <p>All rules but the last depend on the candidate and the benchmarks alone, and the last one only
 * on whether the problem exists already. So of the candidates with one problem id, the same number
 * is rejected in any order of arrival.
 *
 * @param limits length in characters
 * @param language the language of problems, if one is set
 * @param benchmarks questions that must not become problems
 */
public record Admission(
    LengthLimits limits, Optional<Language> language, BenchmarkGate benchmarks) {

  /** The rules under the given settings. */
  public static Admission of(AdmitSettings settings, Benchmarks benchmarks) {
    return new Admission(
        settings.limits(),
        settings.language().map(Language::new),
        new BenchmarkGate(benchmarks, settings.benchmark()));
  }

  /**
   * Decides about a new candidate.
   *
   * @param holder the candidate that became the problem with this id, if there is one
   */
  public Decision decide(ProblemCandidate candidate, Optional<String> holder) {
    return malformed(candidate)
        .or(() -> tooShort(candidate))
        .or(() -> tooLong(candidate))
        .or(() -> otherLanguage(candidate))
        .or(() -> benchmarkOverlap(candidate))
        .or(() -> duplicate(candidate, holder))
        .<Decision>map(rejected -> rejected)
        .orElseGet(Admitted::new);
  }

  private static Optional<Rejected> malformed(ProblemCandidate candidate) {
    return Optional.ofNullable(candidate.getDefect())
        .map(defect -> new Rejected(Reason.MALFORMED, defect));
  }

  private Optional<Rejected> tooShort(ProblemCandidate candidate) {
    int length = length(candidate);
    return length >= limits.shortest()
        ? Optional.empty()
        : Optional.of(
            new Rejected(
                Reason.TOO_SHORT,
                "%d characters, fewer than %d".formatted(length, limits.shortest())));
  }

  private Optional<Rejected> tooLong(ProblemCandidate candidate) {
    int length = length(candidate);
    return length <= limits.longest()
        ? Optional.empty()
        : Optional.of(
            new Rejected(
                Reason.TOO_LONG,
                "%d characters, more than %d".formatted(length, limits.longest())));
  }

  private Optional<Rejected> otherLanguage(ProblemCandidate candidate) {
    return language
        .flatMap(wanted -> wanted.objection(candidate.getQuestion()))
        .map(evidence -> new Rejected(Reason.OTHER_LANGUAGE, evidence));
  }

  private Optional<Rejected> benchmarkOverlap(ProblemCandidate candidate) {
    return benchmarks
        .objection(candidate.getQuestion())
        .map(evidence -> new Rejected(Reason.BENCHMARK_OVERLAP, evidence));
  }

  private static Optional<Rejected> duplicate(ProblemCandidate candidate, Optional<String> holder) {
    return holder.map(
        first ->
            new Rejected(
                Reason.DUPLICATE,
                Evidence.repeated(
                    "problem %s came in candidate %s before"
                        .formatted(candidate.getProblemId(), first),
                    candidate.getProblemId())));
  }

  private static int length(ProblemCandidate candidate) {
    String question = candidate.getQuestion().strip();
    return question.codePointCount(0, question.length());
  }
}
