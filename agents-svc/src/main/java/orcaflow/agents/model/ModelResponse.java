package orcaflow.agents.model;

import java.util.List;

/**
 * A model's response to one request.
 *
 * @param servedBy model as named in the response
 * @param texts one completion for each sample; at least one
 * @param promptTokens tokens as reported by the endpoint, else 0
 * @param completionTokens tokens as reported by the endpoint, else 0
 * @param attempts HTTP requests that the response took
 */
public record ModelResponse(
    String servedBy, List<Text> texts, long promptTokens, long completionTokens, int attempts) {

  private static final int EXCERPT_CHARACTERS = 160;

  public ModelResponse {
    texts = List.copyOf(texts);
  }

  /**
   * One completion.
   *
   * @param finishReason {@code stop} or {@code length}
   */
  public record Text(String text, String finishReason) {}

  /** The first completion. */
  public String text() {
    return texts.get(0).text();
  }

  /** The first completion on one line, cut to the length of a reason. */
  public String excerpt() {
    String line = text().replaceAll("\\s+", " ").strip();
    return line.length() <= EXCERPT_CHARACTERS
        ? line
        : line.substring(0, EXCERPT_CHARACTERS) + "...";
  }

  ModelResponse withAttempts(int attempts) {
    return new ModelResponse(servedBy, texts, promptTokens, completionTokens, attempts);
  }
}
