package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.ReplyRule.Decision.AskAgain;
import orcaflow.agents.model.ReplyRule.Decision.Settled;
import orcaflow.schemas.Ids;

/**
 * Sends a prompt to a model and parses the reply; asks again when the reply cannot be used and
 * {@link ReplyRule} expects a better one. Each try is a call of its own with another seed and a
 * temperature above zero, because the same request would bring the same reply. A further call says
 * what was wrong: it carries the earlier reply and its fault, where the model can correct it. A
 * question whose replies cannot be read fails with {@link ModelFailure.Malformed}.
 *
 * @param client the model
 * @param stage name of the stage that asks
 * @param settings model, sampling and number of tries
 */
public record PromptClient(ModelClient client, String stage, Settings settings) {

  private static final double RETRY_TEMPERATURE = 0.7;

  /** Maximum characters of an earlier reply in a further call. */
  private static final int LONGEST_EARLIER_REPLY = 2_000;

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
    return attempt(
        new Question<>(prompt, values, seed(subject, stage), parser), Optional.empty(), 0);
  }

  /**
   * Asks the same once more, in one call that says nothing of an earlier one, after a usable reply
   * that turned out wrong.
   */
  public <T> Future<AskResult<T>> askOnceMore(
      Prompt prompt, Map<String, String> values, String subject, ParsedReply.Parser<T> parser) {
    return attempt(
        new Question<>(prompt, values, seed(subject, stage), parser),
        Optional.empty(),
        settings.tries());
  }

  private record Question<T>(
      Prompt prompt, Map<String, String> values, long seed, ParsedReply.Parser<T> parser) {}

  private <T> Future<AskResult<T>> attempt(
      Question<T> question, Optional<AskAgain<T>> earlier, int attempt) {
    return client
        .ask(request(question, earlier, attempt))
        .map(response -> ReplyRule.of(response, question.parser(), settings.maxTokens()))
        .recover(PromptClient::failed)
        .compose(decision -> next(question, decision, attempt + 1));
  }

  private <T> Future<AskResult<T>> next(
      Question<T> question, ReplyRule.Decision<T> decision, int attempt) {
    if (decision instanceof Settled<T> settled) {
      return Future.succeededFuture(settled.result());
    }
    AskAgain<T> again = (AskAgain<T>) decision;
    return attempt < settings.tries()
        ? attempt(question, Optional.of(again), attempt)
        : Future.succeededFuture(again.result());
  }

  private <T> ModelRequest request(
      Question<T> question, Optional<AskAgain<T>> earlier, int attempt) {
    List<Message> messages = new ArrayList<>(question.prompt().render(question.values()));
    earlier.ifPresent(again -> again.reply().ifPresent(reply -> add(messages, reply, again)));
    double temperature =
        attempt == 0 ? settings.temperature() : Math.max(RETRY_TEMPERATURE, settings.temperature());
    return new ModelRequest(
        stage,
        settings.model(),
        Optional.of(question.prompt().id()),
        messages,
        new ModelRequest.Sampling(
            1, temperature, settings.topP(), settings.maxTokens(), question.seed() + attempt),
        attempt,
        question.prompt().form());
  }

  private static void add(List<Message> messages, String reply, AskAgain<?> again) {
    String shown = VisibleText.of(reply, LONGEST_EARLIER_REPLY);
    messages.add(Message.assistant(shown.isEmpty() ? "(nothing)" : shown));
    messages.add(
        Message.user(
            "Your reply could not be used: %s. Reply again in the form asked for."
                .formatted(again.reason())));
  }

  /** The random seed of a subject's first try at a stage: 31 bits, which every endpoint accepts. */
  public static long seed(String subject, String stage) {
    return (long) (Ids.fraction(subject, stage) * Integer.MAX_VALUE);
  }

  private static <T> Future<ReplyRule.Decision<T>> failed(Throwable failure) {
    return failure instanceof ModelFailure known && !(known instanceof ModelFailure.Malformed)
        ? Future.succeededFuture(ReplyRule.of(known))
        : Future.failedFuture(failure);
  }
}
