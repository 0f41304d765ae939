package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.schemas.Ids;

/**
 * Sends a prompt to a model and parses the reply; asks again when the reply cannot be parsed. Each
 * try is a call of its own with another seed and a temperature above zero, because the same request
 * would bring the same reply.
 *
 * @param client the model
 * @param stage name of the stage that asks
 * @param settings model, sampling and number of tries
 */
public record PromptClient(ModelClient client, String stage, Settings settings) {

  private static final double RETRY_TEMPERATURE = 0.7;
  private static final Pattern DECLINES =
      Pattern.compile(
          "(?i)\\s*(?:(?:i'?m|i am)? ?sorry\\b|i (?:cannot|can not|can[’']t|am unable)\\b).*",
          Pattern.DOTALL);

  /**
   * How a model is asked.
   *
   * @param model name of the model
   * @param temperature temperature of the first try; 0 is greedy
   * @param topP nucleus mass, in (0, 1]
   * @param maxTokens maximum tokens of a reply
   * @param tries maximum calls for one usable reply
   */
  public record Settings(String model, double temperature, double topP, int maxTokens, int tries) {
    public Settings {
      require(model != null && !model.isBlank(), "model", model, "a model's name");
      require(temperature >= 0 && temperature <= 2, "temperature", temperature, "0 to 2");
      require(topP > 0 && topP <= 1, "topP", topP, "a number in (0, 1]");
      require(maxTokens >= 1, "maxTokens", maxTokens, "1 or more");
      require(tries >= 1 && tries <= 10, "tries", tries, "1 to 10");
    }

    /** The same settings for another model. */
    public Settings of(String name) {
      return new Settings(name, temperature, topP, maxTokens, tries);
    }
  }

  /**
   * Asks until a reply can be parsed, or the permitted tries are used up.
   *
   * @param values values of the prompt's variables
   * @param subject id of the event that the prompt is about; the random seed follows from it
   */
  public <T> Future<AskResult<T>> ask(
      Prompt prompt, Map<String, String> values, String subject, ParsedReply.Parser<T> parser) {
    return ask(prompt.id(), prompt.render(values), seed(subject), parser, 0);
  }

  private <T> Future<AskResult<T>> ask(
      String prompt, List<Message> messages, long seed, ParsedReply.Parser<T> parser, int attempt) {
    return client
        .ask(request(prompt, messages, seed, attempt))
        .map(response -> parsed(response, parser))
        .recover(PromptClient::failed)
        .compose(
            result ->
                result instanceof AskResult.Unusable<T> && attempt + 1 < settings.tries()
                    ? ask(prompt, messages, seed, parser, attempt + 1)
                    : Future.succeededFuture(result));
  }

  private ModelRequest request(String prompt, List<Message> messages, long seed, int attempt) {
    double temperature =
        attempt == 0 ? settings.temperature() : Math.max(RETRY_TEMPERATURE, settings.temperature());
    return new ModelRequest(
        stage,
        settings.model(),
        Optional.of(prompt),
        messages,
        new ModelRequest.Sampling(
            1, temperature, settings.topP(), settings.maxTokens(), seed + attempt),
        attempt);
  }

  /** A seed of 31 bits, which every endpoint accepts. */
  private long seed(String subject) {
    return (long) (Ids.fraction(subject, stage) * Integer.MAX_VALUE);
  }

  private static <T> AskResult<T> parsed(ModelResponse response, ParsedReply.Parser<T> parser) {
    if (DECLINES.matcher(response.text()).matches()) {
      return new AskResult.Declined<>(response);
    }
    ParsedReply<T> parsed = parser.apply(response.text());
    return parsed.value().isPresent()
        ? new AskResult.Usable<>(parsed.value().get(), response)
        : new AskResult.Unusable<>(parsed.fault());
  }

  private static <T> Future<AskResult<T>> failed(Throwable failure) {
    if (failure instanceof ModelFailure known) {
      return Future.succeededFuture(
          known.retryable()
              ? new AskResult.NotNow<>(known.getMessage())
              : new AskResult.Unusable<>(known.getMessage()));
    }
    return Future.failedFuture(failure);
  }
}
