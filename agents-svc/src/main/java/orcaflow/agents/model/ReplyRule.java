package orcaflow.agents.model;

import java.util.Optional;
import orcaflow.agents.model.AskResult.Declined;
import orcaflow.agents.model.AskResult.Fault;
import orcaflow.agents.model.AskResult.NotNow;
import orcaflow.agents.model.AskResult.Unusable;
import orcaflow.agents.model.AskResult.Usable;

/**
 * Decides about one reply: whether it can be used, and whether a further call may bring a better
 * one. Only a text that the model ended itself is parsed.
 */
final class ReplyRule {

  private ReplyRule() {}

  /** What becomes of a reply. */
  sealed interface Decision<T> {

    /** It settles the question. */
    record Settled<T>(AskResult<T> result) implements Decision<T> {}

    /**
     * A further call may bring a better one.
     *
     * @param reason a sentence
     * @param reply the reply, where the model can correct it; empty where it was not at fault
     */
    record AskAgain<T>(String reason, Fault fault, Optional<String> reply) implements Decision<T> {

      /** The result where no further call is permitted. */
      AskResult<T> result() {
        return new Unusable<>(reason, fault);
      }
    }
  }

  /**
   * @param maxTokens maximum tokens that the request permits
   */
  static <T> Decision<T> of(ModelResponse response, ParsedReply.Parser<T> parser, int maxTokens) {
    ModelResponse.Text reply = response.first();
    return switch (reply.kind()) {
      case ENDED -> ended(response, parser);
      case CUT -> cut(response, maxTokens);
      case REFUSED -> settled(new Declined<>(response));
      case FILTERED -> unusable("a content filter took the reply", Fault.UNFINISHED);
      case FAILED -> unfinished("the provider broke off the reply", reply);
      case UNKNOWN -> unfinished("the reply ended in an unknown way", reply);
    };
  }

  /** A call that brought no response. */
  static <T> Decision<T> of(ModelFailure failure) {
    if (failure.retryable()) {
      return settled(new NotNow<>(failure.getMessage()));
    }
    return unusable(failure.getMessage(), fault(failure));
  }

  private static Fault fault(ModelFailure failure) {
    return failure instanceof ModelFailure.TooLong ? Fault.TOO_LONG : Fault.REFUSED;
  }

  private static <T> Decision<T> ended(ModelResponse response, ParsedReply.Parser<T> parser) {
    String text = response.text();
    if (text.isBlank() && response.first().reasoning().isPresent()) {
      return unusable("the model answered in its reasoning only", Fault.FORM);
    }
    ParsedReply<T> parsed = parser.apply(text);
    if (parsed.value().isPresent()) {
      return settled(new Usable<>(parsed.value().get(), response));
    }
    return Refusal.isIn(text)
        ? settled(new Declined<>(response))
        : new Decision.AskAgain<>(parsed.fault(), Fault.FORM, Optional.of(text));
  }

  private static <T> Decision<T> cut(ModelResponse response, int maxTokens) {
    ModelResponse.Text reply = response.first();
    ModelResponse.Usage usage = response.usage();
    if (!usage.estimated() && usage.tokens() > 0 && usage.completionTokens() < maxTokens / 2) {
      return unusable(
          "the reply was cut after %d of %d tokens: with %d tokens of prompt the context window is full"
              .formatted(usage.completionTokens(), maxTokens, usage.promptTokens()),
          Fault.UNFINISHED);
    }
    int reasoning = reply.reasoning().map(String::length).orElse(0);
    if (reply.text().isBlank() || reasoning > reply.text().length()) {
      return unusable(
          "the reply was spent on reasoning: all %d tokens of maxTokens; raise maxTokens"
              .formatted(maxTokens),
          Fault.UNFINISHED);
    }
    return new Decision.AskAgain<>(
        "it was cut after %d tokens, the most permitted".formatted(maxTokens),
        Fault.UNFINISHED,
        Optional.of(reply.text()));
  }

  private static <T> Decision<T> unfinished(String reason, ModelResponse.Text reply) {
    return new Decision.AskAgain<>(
        "%s (finish reason '%s')".formatted(reason, VisibleText.of(reply.finishReason(), 40)),
        Fault.UNFINISHED,
        Optional.empty());
  }

  private static <T> Decision<T> unusable(String reason, Fault fault) {
    return settled(new Unusable<>(reason, fault));
  }

  private static <T> Decision<T> settled(AskResult<T> result) {
    return new Decision.Settled<>(result);
  }
}
