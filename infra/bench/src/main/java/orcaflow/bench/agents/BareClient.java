package orcaflow.bench.agents;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orcaflow.bench.Answering;

/**
 * The least that Vert.x does for the same calls: a pool of connections, the next call when one has
 * ended, again at once where it failed. Nothing is kept.
 */
final class BareClient {

  private final WebClient http;
  private final String url;
  private final int calls;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int begun;
  private int done;

  private BareClient(WebClient http, String url, int calls) {
    this.http = http;
    this.url = url;
    this.calls = calls;
  }

  /** Asked {@code {"url", "calls", "concurrency"}}; answers with the seconds it took. */
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Answering.questions(question -> Map.of("seconds", seconds(vertx, question)));
    System.exit(0);
  }

  private static double seconds(Vertx vertx, JsonNode question) throws Exception {
    int concurrency = question.get("concurrency").asInt();
    WebClient http =
        WebClient.create(
            vertx, new WebClientOptions(), new PoolOptions().setHttp1MaxSize(concurrency));
    BareClient client =
        new BareClient(http, question.get("url").asText(), question.get("calls").asInt());
    long began = System.nanoTime();
    vertx
        .getOrCreateContext()
        .runOnContext(
            run -> {
              for (int i = 0; i < concurrency; i++) {
                client.next();
              }
            });
    client.ended.get(10, TimeUnit.MINUTES);
    http.close();
    return (System.nanoTime() - began) / 1e9;
  }

  private void next() {
    if (begun < calls) {
      call(begun++);
    }
  }

  private void call(int number) {
    http.postAbs(url)
        .sendJsonObject(body(number))
        .onComplete(
            reply -> {
              if (reply.succeeded() && usable(reply.result())) {
                done++;
                next();
              } else {
                call(number);
              }
              if (done == calls) {
                ended.complete(null);
              }
            });
  }

  private static boolean usable(HttpResponse<Buffer> response) {
    return response.statusCode() == 200
        && !response
            .bodyAsJsonObject()
            .getJsonArray("choices")
            .getJsonObject(0)
            .getJsonObject("message")
            .getString("content")
            .isEmpty();
  }

  private static JsonObject body(int number) {
    return new JsonObject()
        .put("model", "slow")
        .put(
            "messages",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("role", "user")
                        .put("content", "How many pens are left of %d?".formatted(number))))
        .put("max_tokens", 1024);
  }
}
