package orcaflow.trainer.serve;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import orcaflow.trainer.generate.CompletionOutput;

/**
 * Log-probabilities of a completion's tokens as OpenAI's chat format has them. The text of a token
 * is what it adds to the text before it; that of end-of-text is empty.
 *
 * @param decode text of token ids
 */
record ChatLogProbs(List<CompletionOutput.Token> tokens, Function<int[], String> decode) {

  /** OpenAI's value for minus infinity, which JSON cannot express. */
  private static final double NEVER = -9999;

  JsonObject json() {
    int[] ids = tokens.stream().mapToInt(CompletionOutput.Token::id).toArray();
    JsonArray content = new JsonArray();
    for (int i = 0; i < ids.length; i++) {
      int[] before = Arrays.copyOf(ids, i);
      String text = decode.apply(before);
      CompletionOutput.Token token = tokens.get(i);
      JsonArray likeliest = new JsonArray();
      for (int k = 0; k < token.likeliest().length; k++) {
        likeliest.add(entry(text, before, token.likeliest()[k], token.logProbs()[k]));
      }
      content.add(entry(text, before, ids[i], token.logProb()).put("top_logprobs", likeliest));
    }
    return new JsonObject().put("content", content).putNull("refusal");
  }

  /** A log-probability that JSON can express. */
  static double number(double logProb) {
    return Math.max(NEVER, logProb);
  }

  private JsonObject entry(String text, int[] before, int id, double logProb) {
    int[] with = Arrays.copyOf(before, before.length + 1);
    with[before.length] = id;
    String longer = decode.apply(with);
    String added =
        longer.startsWith(text)
            ? longer.substring(text.length())
            : decode.apply(new int[] {id}); // A tokenizer that rewrites what stands before.
    JsonArray bytes = new JsonArray();
    for (byte b : added.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return new JsonObject().put("token", added).put("logprob", number(logProb)).put("bytes", bytes);
  }
}
