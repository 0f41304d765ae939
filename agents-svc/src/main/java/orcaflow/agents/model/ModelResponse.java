package orcaflow.agents.model;

import java.util.List;
import java.util.Optional;
import orcaflow.events.SampledTokens;

/**
 * A model's response to one request.
 *
 * @param servedBy model as named in the response
 * @param texts one completion for each sample; at least one
 * @param usage tokens of the request and of all completions
 * @param attempts HTTP requests that the response took
 * @param call the HTTP call that brought it; unwritten for a stored response
 */
public record ModelResponse(
    String servedBy, List<Text> texts, Usage usage, int attempts, SentCalls.Sent call) {

  private static final int EXCERPT_CHARACTERS = 160;

  public ModelResponse {
    texts = List.copyOf(texts);
  }

  /** Of a call that is not written. */
  public ModelResponse(String servedBy, List<Text> texts, Usage usage, int attempts) {
    this(servedBy, texts, usage, attempts, SentCalls.Sent.UNWRITTEN);
  }

  /** With the tokens that the endpoint reports. */
  public ModelResponse(
      String servedBy, List<Text> texts, long promptTokens, long completionTokens, int attempts) {
    this(servedBy, texts, Usage.reported(promptTokens, completionTokens), attempts);
  }

  /**
   * Tokens that were billed.
   *
   * @param promptTokens tokens of the prompt, cached ones included
   * @param cachedTokens tokens of the prompt that the endpoint had in its cache
   * @param completionTokens tokens of all completions, reasoning included
   * @param estimated whether the endpoint reports none, so that they are counted from characters
   * @param tier service tier that the reply names, which decides the price
   */
  public record Usage(
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      boolean estimated,
      Optional<String> tier) {

    /** Of a reply that names no service tier. */
    public Usage(long promptTokens, long cachedTokens, long completionTokens, boolean estimated) {
      this(promptTokens, cachedTokens, completionTokens, estimated, Optional.empty());
    }

    public static final Usage NONE = new Usage(0, 0, 0, false);

    public static Usage reported(long promptTokens, long completionTokens) {
      return new Usage(promptTokens, 0, completionTokens, false);
    }

    private static final int CHARACTERS_A_TOKEN = 4;

    /** At four characters a token, for a reply that names no tokens. */
    static Usage estimated(int promptCharacters, int completionCharacters) {
      return new Usage(tokens(promptCharacters), 0, tokens(completionCharacters), true);
    }

    Usage in(Optional<String> serviceTier) {
      return new Usage(promptTokens, cachedTokens, completionTokens, estimated, serviceTier);
    }

    /** What a reply of N bytes may have cost that names no tokens: no more than was permitted. */
    static Usage ofBytes(ModelRequest request, int bytes) {
      Usage all = estimated(request.characters(), bytes);
      long most = (long) request.sampling().samples() * request.sampling().maxTokens();
      return new Usage(all.promptTokens(), 0, Math.min(most, all.completionTokens()), true);
    }

    private static long tokens(int characters) {
      return (characters + CHARACTERS_A_TOKEN - 1) / CHARACTERS_A_TOKEN;
    }

    public long tokens() {
      return promptTokens + completionTokens;
    }
  }

  /**
   * One completion.
   *
   * @param finishReason as in the response; empty where it has none
   * @param kind how the text ended
   * @param reasoning the model's reasoning, which is no part of the text; empty where there is none
   * @param tokens as they were sampled; empty where they were not requested or the endpoint does
   *     not name them
   */
  public record Text(
      String text,
      String finishReason,
      ReplyKind kind,
      Optional<String> reasoning,
      Optional<SampledTokens> tokens) {

    /** Without tokens. */
    public Text(String text, String finishReason, ReplyKind kind, Optional<String> reasoning) {
      this(text, finishReason, kind, reasoning, Optional.empty());
    }

    /** Without reasoning, of the kind that the finish reason names. */
    public Text(String text, String finishReason) {
      this(text, finishReason, ReplyKind.of(finishReason), Optional.empty());
    }

    /** The same with another text, which is not that of the tokens. */
    Text saying(String other) {
      return new Text(other, finishReason, kind, reasoning);
    }

    /** The same of another kind. */
    Text as(ReplyKind other) {
      return new Text(text, finishReason, other, reasoning, tokens);
    }
  }

  /** The first completion. */
  public Text first() {
    return texts.get(0);
  }

  /** The text of the first completion. */
  public String text() {
    return first().text();
  }

  public long promptTokens() {
    return usage.promptTokens();
  }

  public long completionTokens() {
    return usage.completionTokens();
  }

  /** The first completion on one line, cut to the length of a reason. */
  public String excerpt() {
    String line = text().replaceAll("\\s+", " ").strip();
    return line.length() <= EXCERPT_CHARACTERS
        ? line
        : line.substring(0, EXCERPT_CHARACTERS) + "...";
  }

  ModelResponse withAttempts(int attempts) {
    return new ModelResponse(servedBy, texts, usage, attempts, call);
  }

  ModelResponse settling(SentCalls.Sent sent) {
    return new ModelResponse(servedBy, texts, usage, attempts, sent);
  }
}
