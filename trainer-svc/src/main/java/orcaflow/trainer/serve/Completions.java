package orcaflow.trainer.serve;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import orcaflow.trainer.generate.CompletionOutput;

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
   * @param tokens as they were sampled, end-of-text included where it was; if they were requested
   */
  record Choice(
      String text,
      String finishReason,
      Optional<ChatLogProbs> logProbs,
      Optional<List<CompletionOutput.Token>> tokens) {

    private JsonObject json(int index) {
      JsonObject json =
          new JsonObject()
              .put("index", index)
              .put("message", new JsonObject().put("role", "assistant").put("content", text))
              .put("logprobs", logProbs.map(ChatLogProbs::json).orElse(null))
              .put("finish_reason", finishReason);
      tokens.ifPresent(
          sampled ->
              json.put("token_ids", sampled.stream().map(CompletionOutput.Token::id).toList())
                  .put(
                      "token_logprobs",
                      sampled.stream()
                          .map(token -> ChatLogProbs.number(token.logProb()))
                          .toList()));
      return json;
    }
  }

  /**
   * As a chat.completion object.
   *
   * @param created seconds since 1970
   */
  String json(String id, long created) {
    JsonArray list = new JsonArray();
    for (Choice choice : choices) {
      list.add(choice.json(list.size()));
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
