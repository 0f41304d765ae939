package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.schemas.Ids;

/**
 * Asks a model, and asks again when the reply cannot be used. Each time is a call of its own, with
 * another seed and some temperature, as the same question would bring the same reply.
 *
 * @param client the model
 * @param stage who asks
 * @param settings how it is asked
 */
public record Conversation(ModelClient client, String stage, Settings settings) {

  private static final double WARM = 0.7;
  private static final Pattern DECLINES =
      Pattern.compile(
          "(?i)\\s*(?:(?:i'?m|i am)? ?sorry\\b|i (?:cannot|can not|can[’']t|am unable)\\b).*",
          Pattern.DOTALL);

  /**
   * How a model is asked.
   *
   * @param model name of the model
   * @param temperature 0 is greedy
   * @param topP nucleus mass
   * @param maxTokens longest reply
   * @param tries how often the same is asked before giving up
   */
  public record Settings(String model, double temperature, double topP, int maxTokens, int tries) {
    public Settings {
      require(model != null && !model.isBlank(), "model", model, "a model's name");
      require(temperature >= 0 && temperature <= 2, "temperature", temperature, "0 to 2");
      require(topP > 0 && topP <= 1, "topP", topP, "a number in (0, 1]");
      require(maxTokens >= 1, "maxTokens", maxTokens, "1 or more");
      require(tries >= 1 && tries <= 10, "tries", tries, "1 to 10");
    }

    /** The same for a model by this name. */
    public Settings of(String name) {
      return new Settings(name, temperature, topP, maxTokens, tries);
    }

    private static void require(boolean holds, String key, Object value, String wanted) {
      if (!holds) {
        throw new IllegalArgumentException("%s is %s: use %s".formatted(key, value, wanted));
      }
    }
  }

  /**
   * Asks until a reply can be read.
   *
   * @param values what is filled into the prompt
   * @param about id of what is asked about; the random seed follows from it
   */
  public <T> Future<Asked<T>> ask(
      Prompt prompt, Map<String, String> values, String about, Reading.Of<T> reading) {
    return ask(prompt.id(), prompt.render(values), seed(about), reading, 0);
  }

  private <T> Future<Asked<T>> ask(
      String prompt, List<Message> messages, long seed, Reading.Of<T> reading, int attempt) {
    return client
        .ask(question(prompt, messages, seed, attempt))
        .map(answer -> understood(answer, reading))
        .recover(Conversation::failed)
        .compose(
            asked ->
                asked instanceof Asked.Unusable<T> && attempt + 1 < settings.tries()
                    ? ask(prompt, messages, seed, reading, attempt + 1)
                    : Future.succeededFuture(asked));
  }

  private ModelRequest question(String prompt, List<Message> messages, long seed, int attempt) {
    double temperature =
        attempt == 0 ? settings.temperature() : Math.max(WARM, settings.temperature());
    return new ModelRequest(
        stage,
        settings.model(),
        Optional.of(prompt),
        messages,
        new ModelRequest.Sampling(
            1, temperature, settings.topP(), settings.maxTokens(), seed + attempt),
        attempt);
  }

  /** 31 bits, which every endpoint takes. */
  private long seed(String about) {
    return (long) (Ids.fraction(about, stage) * Integer.MAX_VALUE);
  }

  private static <T> Asked<T> understood(ModelResponse answer, Reading.Of<T> reading) {
    if (DECLINES.matcher(answer.text()).matches()) {
      return new Asked.Declined<>(answer);
    }
    Reading<T> read = reading.apply(answer.text());
    return read.value().isPresent()
        ? new Asked.Usable<>(read.value().get(), answer)
        : new Asked.Unusable<>(read.fault());
  }

  private static <T> Future<Asked<T>> failed(Throwable failure) {
    if (failure instanceof ModelFailure known) {
      return Future.succeededFuture(
          known.passing()
              ? new Asked.NotNow<>(known.getMessage())
              : new Asked.Unusable<>(known.getMessage()));
    }
    return Future.failedFuture(failure);
  }
}
