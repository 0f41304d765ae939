package orcaflow.trainer.serve;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What the student answered to a request.
 *
 * @param version the policy that really served it
 * @param finishReasons stop or length, one for each text
 * @param completionTokens of all texts
 */
record Completions(
    String version,
    List<String> texts,
    List<String> finishReasons,
    int promptTokens,
    int completionTokens) {

  /**
   * As a chat.completion object.
   *
   * @param created seconds since 1970
   */
  String json(String id, long created) {
    JsonArray choices = new JsonArray();
    for (int i = 0; i < texts.size(); i++) {
      choices.add(
          new JsonObject()
              .put("index", i)
              .put(
                  "message", new JsonObject().put("role", "assistant").put("content", texts.get(i)))
              .putNull("logprobs")
              .put("finish_reason", finishReasons.get(i)));
    }
    return new JsonObject()
        .put("id", id)
        .put("object", "chat.completion")
        .put("created", created)
        .put("model", version)
        .put("choices", choices)
        .put(
            "usage",
            new JsonObject()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens))
        .encode();
  }
}
