package orcaflow.trainer.student;

import java.util.List;

/** The completions of one question. */
public record Answer(List<Sample> samples) {

  public Answer {
    samples = List.copyOf(samples);
  }

  /** Token ids of each, without end-of-text. */
  public List<int[]> completions() {
    return samples.stream().map(Sample::ids).toList();
  }

  /** For each {@code stop}, or {@code length} where the limit cut it. */
  public List<String> finishReasons() {
    return samples.stream().map(Sample::finishReason).toList();
  }
}
