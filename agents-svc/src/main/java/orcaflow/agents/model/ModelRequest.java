package orcaflow.agents.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Ids;

/**
 * A request to a model.
 *
 * @param stage name of the stage that asks
 * @param model name of the requested model
 * @param prompt id of the prompt; empty where the messages come from no prompt
 * @param messages the rendered messages
 * @param sampling sampling parameters
 * @param attempt 0 for the first try, more where an earlier response was unusable
 * @param form the reply as a JSON object, where it can be one; no part of the request's identity
 * @param idempotencyKey names one HTTP call; no part of the request's identity
 */
public record ModelRequest(
    String stage,
    String model,
    Optional<String> prompt,
    List<Message> messages,
    Sampling sampling,
    int attempt,
    Optional<ReplyForm> form,
    Optional<String> idempotencyKey) {

  public ModelRequest {
    messages = List.copyOf(messages);
  }

  /** Not yet one HTTP call. */
  public ModelRequest(
      String stage,
      String model,
      Optional<String> prompt,
      List<Message> messages,
      Sampling sampling,
      int attempt,
      Optional<ReplyForm> form) {
    this(stage, model, prompt, messages, sampling, attempt, form, Optional.empty());
  }

  /** The same with a reply that can only be a text. */
  public ModelRequest(
      String stage,
      String model,
      Optional<String> prompt,
      List<Message> messages,
      Sampling sampling,
      int attempt) {
    this(stage, model, prompt, messages, sampling, attempt, Optional.empty());
  }

  ModelRequest withIdempotencyKey(String key) {
    return new ModelRequest(
        stage, model, prompt, messages, sampling, attempt, form, Optional.of(key));
  }

  /**
   * Sampling parameters.
   *
   * @param samples completions to sample
   * @param temperature 0 is greedy
   * @param topP nucleus mass, in (0, 1]
   * @param maxTokens maximum tokens of a completion
   * @param seed random seed, for endpoints that support one
   * @param stop strings that end a completion and are not part of it
   * @param tokenIds whether the endpoint is to name the tokens that it sampled; no part of the
   *     request's identity
   * @param newer whether a policy that came after the named one may answer; no part of the
   *     request's identity
   */
  public record Sampling(
      int samples,
      double temperature,
      double topP,
      int maxTokens,
      long seed,
      List<String> stop,
      boolean tokenIds,
      boolean newer) {

    public Sampling {
      stop = List.copyOf(stop);
    }

    /** For the text alone. */
    public Sampling(
        int samples, double temperature, double topP, int maxTokens, long seed, List<String> stop) {
      this(samples, temperature, topP, maxTokens, seed, stop, false, false);
    }

    /** Without stop strings. */
    public Sampling(int samples, double temperature, double topP, int maxTokens, long seed) {
      this(samples, temperature, topP, maxTokens, seed, List.of());
    }
  }

  /** Identity of the request: equal requests share one stored response. */
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

  /** The same for another model. */
  ModelRequest of(String name) {
    return new ModelRequest(stage, name, prompt, messages, sampling, attempt, form, idempotencyKey);
  }

  /** The same with a reply that is a text. */
  ModelRequest withoutForm() {
    return new ModelRequest(
        stage, model, prompt, messages, sampling, attempt, Optional.empty(), idempotencyKey);
  }

  /** The same with other messages. */
  ModelRequest saying(List<Message> others) {
    return new ModelRequest(stage, model, prompt, others, sampling, attempt, form, idempotencyKey);
  }

  /** Characters of all messages. */
  int characters() {
    return messages.stream().mapToInt(message -> message.content().length()).sum();
  }
}
