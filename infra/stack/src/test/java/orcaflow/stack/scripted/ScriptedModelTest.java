package orcaflow.stack.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import orcaflow.stack.words.SolutionStyle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptedModelTest {

  private static final String QUESTION =
      "Tom has 12 apples. Tom finds 5 apples. Tom loses 3 apples."
          + " How many apples does Tom have now?";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static ScriptedModel model;
  private static int port;

  @BeforeAll
  static void start() {
    List<SolutionStyle> styles = List.of(SolutionStyle.WORKED);
    model = new ScriptedModel(new ScriptedModel.Settings(0, styles));
    port = model.start();
  }

  @AfterAll
  static void stop() {
    model.close();
  }

  @Test
  void answersAsTheOpenAiApiDoes() throws Exception {
    JsonObject body =
        call().put("temperature", 0.7).put("top_p", 0.95).put("seed", 3).put("max_tokens", 64);

    HttpResponse<String> response = post(body.encode());
    JsonObject answer = new JsonObject(response.body());
    JsonObject choice = answer.getJsonArray("choices").getJsonObject(0);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.getString("object")).isEqualTo("chat.completion");
    assertThat(answer.getString("id")).startsWith("chatcmpl-");
    assertThat(answer.getString("model")).isEqualTo("scripted");
    assertThat(answer.getLong("created")).isPositive();
    assertThat(choice.getInteger("index")).isZero();
    assertThat(choice.getString("finish_reason")).isEqualTo("stop");
    assertThat(choice.getJsonObject("message"))
        .isEqualTo(
            new JsonObject()
                .put("role", "assistant")
                .put("content", "12 + 5 = 17. 17 - 3 = 14.\n#### 14"));
    assertThat(answer.getJsonObject("usage"))
        .isEqualTo(
            new JsonObject()
                .put("prompt_tokens", 19)
                .put("completion_tokens", 12)
                .put("total_tokens", 31));
  }

  @Test
  void theSameCallHasTheSameAnswer() throws Exception {
    JsonObject first = new JsonObject(post(call().encode()).body());
    JsonObject second = new JsonObject(post(call().encode()).body());

    assertThat(second.getString("id")).isEqualTo(first.getString("id"));
    assertThat(second.getJsonArray("choices")).isEqualTo(first.getJsonArray("choices"));
  }

  @Test
  void givesAsManyAnswersAsAskedFor() throws Exception {
    JsonObject answer = new JsonObject(post(call().put("n", 4).encode()).body());

    assertThat(answer.getJsonArray("choices")).hasSize(4);
    assertThat(answer.getJsonObject("usage").getInteger("completion_tokens")).isEqualTo(48);
  }

  @Test
  void stopsAtTheLimitAndSaysSo() throws Exception {
    JsonObject answer = new JsonObject(post(call().put("max_tokens", 5).encode()).body());
    JsonObject choice = answer.getJsonArray("choices").getJsonObject(0);

    assertThat(choice.getJsonObject("message").getString("content")).isEqualTo("12 + 5 = 17.");
    assertThat(choice.getString("finish_reason")).isEqualTo("length");
  }

  @Test
  void readsContentInParts() throws Exception {
    JsonArray parts =
        new JsonArray().add(new JsonObject().put("type", "text").put("text", QUESTION));
    JsonArray messages =
        new JsonArray().add(new JsonObject().put("role", "user").put("content", parts));

    assertThat(post(call().put("messages", messages).encode()).body()).contains("#### 14");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "`` | -",
        "nonsense | -",
        "{\"model\": | -",
        "[1] | -",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | model",
        "{\"model\":\"m\"} | messages",
        "{\"model\":\"m\",\"messages\":[]} | messages",
        "{\"model\":\"m\",\"messages\":\"x\"} | messages",
        "{\"model\":\"m\",\"messages\":[3]} | messages[0]",
        "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]} | messages[0].role",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]} | messages[0].content",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[3]}]} | messages[0].content[0]",
        "{\"model\":\"m\",\"n\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | n",
        "{\"model\":\"m\",\"n\":1.5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | n",
        "{\"model\":\"m\",\"max_tokens\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | max_tokens",
        "{\"model\":\"m\",\"temperature\":\"hot\",\"messages\":[]} | temperature",
        "{\"model\":\"m\",\"stream\":true,\"messages\":[]} | stream"
      })
  void refusesABadCallNamingTheKey(String body, String key) throws Exception {
    HttpResponse<String> response = post(body);
    JsonObject error = new JsonObject(response.body()).getJsonObject("error");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error.getString("type")).isEqualTo("invalid_request_error");
    assertThat(error.getString("param")).isEqualTo(key);
    assertThat(error.getString("message")).isNotBlank();
  }

  @Test
  void refusesOtherPathsMethodsAndSizes() throws Exception {
    HttpResponse<String> path = get("/v2/nothing");
    HttpResponse<String> method = get("/v1/chat/completions");
    HttpResponse<String> size = post(" ".repeat((1 << 20) + 1));

    assertThat(Stream.of(path, method, size).map(HttpResponse::statusCode))
        .containsExactly(404, 405, 413);
    assertThat(method.headers().firstValue("allow")).contains("POST");
    assertThat(Stream.of(path, method, size))
        .allMatch(r -> new JsonObject(r.body()).getJsonObject("error").containsKey("message"));
  }

  @Test
  void listsItsModelAndItsHealth() throws Exception {
    JsonArray models = new JsonObject(get("/v1/models").body()).getJsonArray("data");

    assertThat(models.getJsonObject(0).getString("id")).isEqualTo(ScriptedModel.NAME);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void saysWhenItsPortIsTaken() {
    try (ScriptedModel second =
        new ScriptedModel(new ScriptedModel.Settings(port, List.of(SolutionStyle.BARE)))) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  private static JsonObject call() {
    return new JsonObject()
        .put("model", "scripted")
        .put(
            "messages",
            new JsonArray().add(new JsonObject().put("role", "user").put("content", QUESTION)));
  }

  private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(uri("/v1/chat/completions"))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port, path));
  }
}
