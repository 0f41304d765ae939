package orcaflow.agents.unreliable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * A model server on loopback that misbehaves as the question says: a question that holds {@code
 * [[ID#n]]} gets the reply of the row with that id, any other a good answer. It keeps what each
 * call was, and what a provider would bill for it.
 */
public final class FaultyModel implements AutoCloseable {

  /** What a good answer, and a reply that names no tokens, is billed. */
  public static final long PROMPT_TOKENS = 100;

  public static final long COMPLETION_TOKENS = 60;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TAG = Pattern.compile("\\[\\[([A-Za-z0-9-]+)#\\d+]]");
  private static final int CHUNK = 1 << 16;
  private static final byte[] BOMB = zipped((50 << 20) / CHUNK);

  /**
   * One call.
   *
   * @param id of the row; empty for a good answer
   * @param body the request
   * @param nanos when it came
   * @param billed tokens, 0 where nothing is billed
   */
  public record Call(String id, String body, long nanos, int status, long billed) {}

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, JsonNode> rows = new LinkedHashMap<>();
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  /** With the rows of {@code /endpoint-replies.jsonl}, and some that need more than a body. */
  public FaultyModel() throws IOException {
    try (var in = FaultyModel.class.getResourceAsStream("/endpoint-replies.jsonl")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        JsonNode row = JSON.readTree(line);
        rows.put(row.get("id").asText(), row);
      }
    }
    for (String id : List.of("big15", "big50", "bomb50")) {
      rows.put(id, JSON.createObjectNode().put("id", id).put("is", "TooLong"));
    }
    for (String id : List.of("early", "slow", "once-error", "once-html")) {
      rows.put(id, JSON.createObjectNode().put("id", id));
    }
  }

  public List<String> ids() {
    return List.copyOf(rows.keySet());
  }

  /** What a reply is, as in the rows: a kind with the last line, or a failure. */
  public String is(String id) {
    if (id.startsWith("once-")) {
      return "ENDED #### 17";
    }
    return id.isEmpty() ? "" : rows.get(id).path("is").asText("Unavailable ASK_AGAIN");
  }

  public List<Call> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  public int start(int port) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.bodyHandler(body -> answer(request, body)))
        .listen(port, "127.0.0.1")
        .map(HttpServer::actualPort)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private void answer(HttpServerRequest request, Buffer body) {
    String question = lastMessage(body);
    Matcher tag = TAG.matcher(question);
    String id = tag.find() ? tag.group(1) : "";
    HttpServerResponse response = request.response();
    boolean first = calls.stream().noneMatch(call -> call.body().contains(tagOf(question)));
    switch (id.startsWith("once-") && !first ? "" : id) {
      case "" -> send(response, id, body, good(answerOf(question)));
      case "big15" -> send(response, id, body, good("x".repeat(3 << 19) + "\n#### 17"));
      case "big50" -> big(response, id, body);
      case "bomb50" -> bomb(response, id, body);
      case "early" -> early(response, id, body);
      case "slow" -> slow(response, id, body);
      case "once-error" -> send(response, id, body, good("He buys 5").replace("stop", "error"));
      case "once-html" -> send(response, id, body, "<html>");
      default -> row(response, id, body, rows.get(id));
    }
  }

  private static String tagOf(String question) {
    Matcher tag = TAG.matcher(question);
    return tag.find() ? tag.group() : "\0";
  }

  private static String lastMessage(Buffer body) {
    JsonArray messages = body.toJsonObject().getJsonArray("messages");
    StringBuilder all = new StringBuilder();
    messages.forEach(message -> all.append(((JsonObject) message).getString("content")));
    return all.toString();
  }

  /** The sum of the two numbers of "has A apples and he buys B more"; else the model declines. */
  private static String answerOf(String question) {
    Matcher sum = Pattern.compile("has (\\d+) apples and he buys (\\d+) more").matcher(question);
    return sum.find()
        ? "He has %1$s + %2$s = %3$d apples.\n#### %3$d"
            .formatted(
                sum.group(1),
                sum.group(2),
                Integer.parseInt(sum.group(1)) + Integer.parseInt(sum.group(2)))
        : "I cannot do that.";
  }

  private static String good(String text) {
    return new JsonObject()
        .put("model", "stub-1")
        .put(
            "choices",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("index", 0)
                        .put("message", new JsonObject().put("content", text))
                        .put("finish_reason", "stop")))
        .put(
            "usage",
            new JsonObject()
                .put("prompt_tokens", PROMPT_TOKENS)
                .put("completion_tokens", COMPLETION_TOKENS))
        .encode();
  }

  private void row(HttpServerResponse response, String id, Buffer body, JsonNode row) {
    int status = row.path("status").asInt(200);
    response.setStatusCode(status);
    row.path("headers")
        .properties()
        .forEach(header -> response.putHeader(header.getKey(), header.getValue().asText()));
    String text = row.path("body").asText("");
    note(id, body, status, status == 200 ? billed(text) : 0);
    response.end(
        text.startsWith("base64:")
            ? Buffer.buffer(Base64.getDecoder().decode(text.substring(7)))
            : Buffer.buffer(text));
  }

  /** As the reply says; a provider bills a broken reply like a good one, but no error. */
  private static long billed(String body) {
    try {
      JsonNode reply = JSON.readTree(body);
      if (reply.path("error").isObject() || reply.path("error").isTextual()) {
        return 0;
      }
      JsonNode usage = reply.path("usage");
      return tokens(usage.path("prompt_tokens"), PROMPT_TOKENS)
          + tokens(usage.path("completion_tokens"), COMPLETION_TOKENS);
    } catch (IOException broken) {
      return PROMPT_TOKENS + COMPLETION_TOKENS;
    }
  }

  private static long tokens(JsonNode reported, long otherwise) {
    return reported.canConvertToLong() && reported.asLong() > 0 ? reported.asLong() : otherwise;
  }

  private void send(HttpServerResponse response, String id, Buffer body, String reply) {
    note(id, body, 200, PROMPT_TOKENS + COMPLETION_TOKENS);
    response.putHeader("Content-Type", "application/json").end(reply);
  }

  private void big(HttpServerResponse response, String id, Buffer body) {
    note(id, body, 200, PROMPT_TOKENS + COMPLETION_TOKENS);
    response.setChunked(true);
    write(response, (50 << 20) / CHUNK);
  }

  private void write(HttpServerResponse response, int chunks) {
    if (chunks == 0) {
      response.end();
    } else {
      response
          .write(Buffer.buffer("x".repeat(CHUNK)))
          .onSuccess(done -> vertx.runOnContext(next -> write(response, chunks - 1)));
    }
  }

  /** 50 MB that travel as 50 kB. */
  private void bomb(HttpServerResponse response, String id, Buffer body) {
    note(id, body, 200, PROMPT_TOKENS + COMPLETION_TOKENS);
    response.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(BOMB));
  }

  private static byte[] zipped(int chunks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < chunks; i++) {
        zip.write(" ".repeat(CHUNK).getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void early(HttpServerResponse response, String id, Buffer body) {
    note(id, body, 200, PROMPT_TOKENS + COMPLETION_TOKENS);
    response
        .putHeader("Content-Length", "5000")
        .write(good("#### 17"))
        .onComplete(sent -> response.reset());
  }

  /** A byte every second: never idle, and never done. */
  private void slow(HttpServerResponse response, String id, Buffer body) {
    note(id, body, 200, PROMPT_TOKENS + COMPLETION_TOKENS);
    response.setChunked(true);
    long timer = vertx.setPeriodic(1, 1000, tick -> response.write(" "));
    response.closeHandler(closed -> vertx.cancelTimer(timer));
  }

  private void note(String id, Buffer body, int status, long billed) {
    calls.add(new Call(id, body.toString(), System.nanoTime(), status, billed));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Runs it alone: {@code FaultyModel PORT}. */
  public static void main(String[] arguments) throws IOException {
    FaultyModel model = new FaultyModel();
    System.out.println(
        "faulty model: http://127.0.0.1:" + model.start(Integer.parseInt(arguments[0])));
  }
}
