package orcaflow.trainer.serve;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The reply to a request.
 *
 * @param version the policy that served it
 * @param completionTokens of all choices
 */
record Completions(String version, List<Choice> choices, int promptTokens, int completionTokens) {

  /**
   * One completion.
   *
   * @param finishReason stop or length
   */
  record Choice(String text, String finishReason, Optional<ChatLogProbs> logProbs) {}

  /**
   * As a chat.completion object.
   *
   * @param created seconds since 1970
   */
  String json(String id, long created) {
    JsonArray list = new JsonArray();
    for (Choice choice : choices) {
      list.add(
          new JsonObject()
              .put("index", list.size())
              .put(
                  "message",
                  new JsonObject().put("role", "assistant").put("content", choice.text()))
              .put("logprobs", choice.logProbs().map(ChatLogProbs::json).orElse(null))
              .put("finish_reason", choice.finishReason()));
    }
    return new JsonObject()
        .put("id", id)
        .put("object", "chat.completion")
        .put("created", created)
        .put("model", version)
        .put("choices", list)
        .put(
            "usage",
            new JsonObject()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens))
        .encode();
  }
}
