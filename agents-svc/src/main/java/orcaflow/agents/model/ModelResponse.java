package orcaflow.agents.model;

import java.util.List;

/**
 * What a model answered.
 *
 * @param servedBy model as named in the reply
 * @param texts one for each sample; at least one
 * @param promptTokens as reported, else 0
 * @param completionTokens as reported, else 0
 * @param attempts requests it took
 */
public record ModelResponse(
    String servedBy, List<Text> texts, long promptTokens, long completionTokens, int attempts) {

  private static final int SHOWN = 160;

  public ModelResponse {
    texts = List.copyOf(texts);
  }

  /**
   * One sample.
   *
   * @param finishReason {@code stop} or {@code length}
   */
  public record Text(String text, String finishReason) {}

  /** The first sample. */
  public String text() {
    return texts.get(0).text();
  }

  /** The first sample on one line, cut to what a reason can hold. */
  public String shown() {
    String line = text().replaceAll("\\s+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }

  ModelResponse after(int attempts) {
    return new ModelResponse(servedBy, texts, promptTokens, completionTokens, attempts);
  }
}
