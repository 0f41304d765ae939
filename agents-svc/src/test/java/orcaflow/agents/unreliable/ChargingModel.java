package orcaflow.agents.unreliable;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model server on loopback that charges for each question when it has come, and answers later.
 * Equal questions cost the same. Of eight questions one is refused with 429 at first, which is
 * free, and one is answered at first by an error that is charged.
 */
public final class ChargingModel implements AutoCloseable {

  /** Price of a million tokens of the prompt, and of the completion. */
  public static final double PROMPT_PRICE = 2.5;

  public static final double COMPLETION_PRICE = 10;

  private final Vertx vertx = Vertx.vertx();
  private final boolean honoursKeys;
  private final int latencyMillis;
  private final Map<String, String> byKey = new ConcurrentHashMap<>();
  private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong prompts = new AtomicLong();
  private final AtomicLong completions = new AtomicLong();

  /**
   * @param honoursKeys whether calls of one Idempotency-Key are charged once
   */
  public ChargingModel(boolean honoursKeys, int latencyMillis) {
    this.honoursKeys = honoursKeys;
    this.latencyMillis = latencyMillis;
  }

  /** Returns the port. */
  public int start() {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.bodyHandler(body -> take(request, body)))
        .listen(0, "127.0.0.1")
        .map(HttpServer::actualPort)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** Calls that came. */
  public long calls() {
    return calls.get();
  }

  /** The bill, in the currency of the prices. */
  public double bill() {
    return (prompts.get() * PROMPT_PRICE + completions.get() * COMPLETION_PRICE) / 1e6;
  }

  private void take(HttpServerRequest request, Buffer body) {
    calls.incrementAndGet();
    int question = body.toString().hashCode();
    int kind = Math.floorMod(question, 8);
    boolean first = seen.add(question);
    String key = request.getHeader("Idempotency-Key");
    if (kind == 0 && first) {
      later(() -> request.response().setStatusCode(429).putHeader("Retry-After", "0.1").end());
    } else if (honoursKeys && key != null) {
      String reply = byKey.computeIfAbsent(key, fresh -> charged(question, kind == 1 && first));
      later(() -> request.response().end(reply));
    } else {
      String reply = charged(question, kind == 1 && first);
      later(() -> request.response().end(reply));
    }
  }

  private void later(Runnable answer) {
    vertx.setTimer(latencyMillis, timer -> answer.run());
  }

  private String charged(int question, boolean error) {
    int prompt = 100 + Math.floorMod(question / 8, 50);
    int completion = 20 + Math.floorMod(question / 512, 70);
    prompts.addAndGet(prompt);
    completions.addAndGet(completion);
    return new JsonObject()
        .put("model", "charging-1")
        .put(
            "choices",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("index", 0)
                        .put("message", new JsonObject().put("content", "3 + 4 = 7\n#### 7"))
                        .put("finish_reason", error ? "error" : "stop")))
        .put(
            "usage",
            new JsonObject().put("prompt_tokens", prompt).put("completion_tokens", completion))
        .encode();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
