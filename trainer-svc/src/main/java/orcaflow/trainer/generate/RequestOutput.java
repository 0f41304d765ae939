package orcaflow.trainer.generate;

import java.util.List;

/** The completions of one request. */
public record RequestOutput(List<CompletionOutput> samples) {

  public RequestOutput {
    samples = List.copyOf(samples);
  }

  /** Token ids of each, without end-of-text. */
  public List<int[]> completions() {
    return samples.stream().map(CompletionOutput::ids).toList();
  }

  /** For each {@code stop}, or {@code length} where the limit cut it. */
  public List<String> finishReasons() {
    return samples.stream().map(CompletionOutput::finishReason).toList();
  }
}
