package orcaflow.agents.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Ids;

/**
 * What a model is asked.
 *
 * @param stage who asks
 * @param model model asked for
 * @param prompt id of the prompt, if one was used
 * @param messages rendered messages
 * @param sampling how to sample
 * @param attempt 0, and more when the same is asked again because the answer was of no use
 */
public record ModelRequest(
    String stage,
    String model,
    Optional<String> prompt,
    List<Message> messages,
    Sampling sampling,
    int attempt) {

  public ModelRequest {
    messages = List.copyOf(messages);
  }

  /**
   * How a model is to sample.
   *
   * @param samples answers wanted
   * @param temperature 0 is greedy
   * @param topP nucleus mass
   * @param maxTokens longest answer
   * @param seed random seed, for endpoints that know one
   * @param stop texts that end an answer and are not part of it
   */
  public record Sampling(
      int samples, double temperature, double topP, int maxTokens, long seed, List<String> stop) {

    public Sampling {
      stop = List.copyOf(stop);
    }

    /** Answers that end where the model ends them. */
    public Sampling(int samples, double temperature, double topP, int maxTokens, long seed) {
      this(samples, temperature, topP, maxTokens, seed, List.of());
    }
  }

  /** The identity of a call: equal calls have equal answers stored under it. */
  public String id() {
    List<String> parts = new ArrayList<>(List.of("model-call", model));
    messages.forEach(
        message -> {
          parts.add(message.role());
          parts.add(message.content());
        });
    parts.add(Integer.toString(sampling.samples()));
    parts.add(Double.toString(sampling.temperature()));
    parts.add(Double.toString(sampling.topP()));
    parts.add(Integer.toString(sampling.maxTokens()));
    parts.add(Long.toString(sampling.seed()));
    parts.add(Integer.toString(attempt));
    parts.addAll(sampling.stop());
    return Ids.hash(parts.toArray(String[]::new));
  }

  /** Characters of all messages. */
  int length() {
    return messages.stream().mapToInt(message -> message.content().length()).sum();
  }
}
