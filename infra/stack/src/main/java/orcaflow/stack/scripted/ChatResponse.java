package orcaflow.stack.scripted;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import orcaflow.schemas.Ids;

/** Bodies as the OpenAI API shapes them. */
final class ChatResponse {

  private ChatResponse() {}

  /** A chat completion; its id is a hash of what was asked. */
  static JsonObject completion(ChatRequest request, List<String> replies, long seconds) {
    List<JsonObject> choices =
        IntStream.range(0, replies.size())
            .mapToObj(i -> choice(i, replies.get(i), request.maxTokens()))
            .toList();
    int prompt = request.messages().stream().mapToInt(Message::tokens).sum();
    int completion =
        choices.stream()
            .mapToInt(c -> Words.count(c.getJsonObject("message").getString("content")))
            .sum();
    return new JsonObject()
        .put("id", "chatcmpl-" + Ids.hash("chat completion", request.toString()))
        .put("object", "chat.completion")
        .put("created", seconds)
        .put("model", request.model())
        .put("choices", new JsonArray(choices))
        .put(
            "usage",
            new JsonObject()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion));
  }

  private static JsonObject choice(int index, String reply, int maxTokens) {
    String text = Words.first(reply, maxTokens);
    return new JsonObject()
        .put("index", index)
        .put("message", new JsonObject().put("role", "assistant").put("content", text))
        .put("finish_reason", text.length() < reply.length() ? "length" : "stop");
  }

  static JsonObject models(String model) {
    return new JsonObject()
        .put("object", "list")
        .put(
            "data",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("id", model)
                        .put("object", "model")
                        .put("created", 0)
                        .put("owned_by", "orcaflow")));
  }

  /**
   * @param param the key that is wrong, empty for none
   */
  static JsonObject error(String message, String param, String code) {
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put("message", message)
                .put("type", "invalid_request_error")
                .put("param", param.isEmpty() ? null : param)
                .put("code", code));
  }
}
