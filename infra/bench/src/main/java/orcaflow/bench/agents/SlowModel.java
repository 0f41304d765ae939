package orcaflow.bench.agents;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import orcaflow.bench.Answering;

/**
 * The endpoint of all sides, in a process of its own: a chat completion after one second. A second
 * port fails with every tenth call: 500 and 429 in turns, as late as an answer.
 */
final class SlowModel {

  private static final long LATENCY_MILLIS = 1000;
  private static final int FAILS_EVERY = 10;
  private static final String COMPLETION =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"slow","choices":[{"index":0,\
      "message":{"role":"assistant","content":"First there are 12 boxes with 8 pens each, so that \
      12 * 8 = 96 pens are there. Then 3 pens of each box are given away, that is 12 * 3 = 36 pens. \
      What is left is 96 - 36 = 60 pens.\\n#### 60"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":240,"completion_tokens":80,"total_tokens":320}}""";

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<CompletableFuture<Long>> firstCall = new AtomicReference<>();

  /**
   * Started without arguments; asked {@code {"ask": "ports" | "arm" | "first"}}: the two ports;
   * forget the calls so far; the time of the first call since, in microseconds of the epoch.
   */
  public static void main(String[] arguments) throws Exception {
    SlowModel model = new SlowModel();
    int plain = model.listen(Integer.MAX_VALUE);
    int faulty = model.listen(FAILS_EVERY);
    Answering.questions(
        question ->
            switch (question.get("ask").asText()) {
              case "ports" -> Map.of("plain", plain, "faulty", faulty);
              case "arm" -> {
                model.firstCall.set(new CompletableFuture<>());
                yield Map.of();
              }
              default -> Map.of("micros", model.firstCall.get().get(30, TimeUnit.SECONDS));
            });
    System.exit(0);
  }

  private int listen(int failsEvery) throws Exception {
    AtomicLong calls = new AtomicLong();
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
            .requestHandler(
                request -> {
                  note();
                  long call = calls.incrementAndGet();
                  HttpServerResponse response = request.response();
                  request.endHandler(
                      read ->
                          vertx.setTimer(
                              LATENCY_MILLIS, due -> answer(response, call, failsEvery)));
                });
    server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    return server.actualPort();
  }

  private void note() {
    CompletableFuture<Long> first = firstCall.get();
    if (first != null && !first.isDone()) {
      first.complete(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }
  }

  private static void answer(HttpServerResponse response, long call, int failsEvery) {
    response.putHeader("Content-Type", "application/json");
    if (call % failsEvery != 0) {
      response.end(COMPLETION);
    } else if (call / failsEvery % 2 == 0) {
      response.setStatusCode(500).end("{\"error\":{\"message\":\"broken\"}}");
    } else {
      response
          .setStatusCode(429)
          .putHeader("Retry-After", "0")
          .end("{\"error\":{\"message\":\"too many\"}}");
    }
  }
}
