package orcaflow.streams.admit;

import java.util.Optional;

/**
 * The settings of the stage.
 *
 * @param shortest fewest characters of a problem
 * @param longest most characters of a problem
 * @param language ISO 639-3 code of the language of problems; empty for any language
 * @param benchmark how similar a problem may be to a benchmark question
 * @param nearDuplicates how similar a problem may be to another problem
 */
public record AdmitSettings(
    int shortest,
    int longest,
    Optional<String> language,
    BenchmarkLimits benchmark,
    NearDuplicates nearDuplicates) {

  public AdmitSettings {
    new LengthLimits(shortest, longest);
    benchmark = benchmark == null ? BenchmarkLimits.NONE : benchmark;
    nearDuplicates = nearDuplicates == null ? NearDuplicates.OFF : nearDuplicates;
  }

  /** Only length and equal questions decide. */
  public AdmitSettings(int shortest, int longest) {
    this(shortest, longest, Optional.empty(), BenchmarkLimits.NONE, NearDuplicates.OFF);
  }

  /** These settings with another rule for near-duplicates. */
  public AdmitSettings with(NearDuplicates others) {
    return new AdmitSettings(shortest, longest, language, benchmark, others);
  }

  LengthLimits limits() {
    return new LengthLimits(shortest, longest);
  }
}
