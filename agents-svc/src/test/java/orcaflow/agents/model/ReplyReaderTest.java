package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyReaderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Redactor NO_KEY = new Redactor(Optional.empty());

  /** A reply as an endpoint sent it, and what it is. */
  record Row(String id, String is, HttpReply reply) {
    @Override
    public String toString() {
      return id;
    }
  }

  static Stream<Row> rows() throws IOException {
    try (var in = ReplyReaderTest.class.getResourceAsStream("/endpoint-replies.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines().map(ReplyReaderTest::row).toList().stream();
    }
  }

  private static Row row(String line) {
    try {
      JsonNode row = JSON.readTree(line);
      String body = row.get("body").textValue();
      byte[] bytes =
          body.startsWith("base64:")
              ? Base64.getDecoder().decode(body.substring(7))
              : body.getBytes(StandardCharsets.UTF_8);
      JsonNode headers = row.get("headers");
      HttpReply reply =
          new HttpReply(
              row.get("status").intValue(), name -> headers.path(name).asText(null), bytes, NO_KEY);
      return new Row(row.get("id").textValue(), row.get("is").textValue(), reply);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(line, e);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aReplyIsWhatTheTableSays(Row row) {
    assertThat(is(row.reply())).isEqualTo(row.is());
  }

  /** Kind, last line of the text, what stands beside it; or the failure, its remedy, its wait. */
  private static String is(HttpReply reply) {
    try {
      ModelResponse response = ReplyReader.read("http://e", request(1), reply);
      ModelResponse.Text text = response.first();
      List<String> lines = text.text().strip().lines().toList();
      return text.kind()
          + (lines.isEmpty() ? "" : " " + lines.get(lines.size() - 1).strip())
          + (text.reasoning().isPresent() ? ", reasoning" : "")
          + (response.usage().estimated() ? ", estimated" : "");
    } catch (ModelFailure failure) {
      return failure.getClass().getSimpleName()
          + (failure instanceof ModelFailure.Unavailable away ? " " + away.remedy() : "")
          + failure.retryAfter().map(wait -> " %.1f s".formatted(wait.toMillis() / 1e3)).orElse("");
    }
  }

  @Test
  void theChoicesOfSeveralSamplesAreInOrderAndEachHasItsKind() {
    String body =
        """
        {"model":" m-1\\u0007 ","choices":[
          {"index":1,"message":{"content":"b"},"finish_reason":"length"},
          {"index":0,"message":{"content":"a"},"finish_reason":"stop"},
          {"index":2,"message":{"content":"c"},"finish_reason":"error"},
          {"index":3,"message":{"content":"more than asked"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":3,"completion_tokens":5,
                  "prompt_tokens_details":{"cached_tokens":2}}}""";
    ModelResponse response = ReplyReader.read("http://e", request(3), reply(200, body));
    assertThat(response.servedBy()).isEqualTo("m-1");
    assertThat(response.texts())
        .extracting(ModelResponse.Text::text, ModelResponse.Text::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", ReplyKind.ENDED),
            org.assertj.core.groups.Tuple.tuple("b", ReplyKind.CUT),
            org.assertj.core.groups.Tuple.tuple("c", ReplyKind.FAILED));
    assertThat(response.usage()).isEqualTo(new ModelResponse.Usage(3, 2, 5, false));
  }

  @Test
  void theRequestedModelStandsInForAMissingName() {
    String body = "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"model\":\" \"}";
    assertThat(ReplyReader.read("http://e", request(1), reply(200, body)).servedBy())
        .isEqualTo("asked-for");
  }

  @Test
  void theTextOfAStudentStaysAsItWasSampled() {
    ModelRequest sample =
        new ModelRequest(
            "sample",
            "m",
            Optional.empty(),
            List.of(new Message("user", "hi")),
            new ModelRequest.Sampling(1, 0.7, 0.95, 1024, 1),
            0);
    String body =
        "{\"choices\":[{\"message\":{\"content\":\"<think>a</think> b\"},"
            + "\"finish_reason\":\"stop\"}]}";
    assertThat(ReplyReader.read("http://e", sample, reply(200, body)).text())
        .isEqualTo("<think>a</think> b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'token_ids':[5,2],'token_logprobs':[-0.5,-1]          | {ids: [5, 2], logProbs: [-0.5, -1.0]}",
        "'token_ids':[5,2],'token_logprobs':[0,-9999.0]        | {ids: [5, 2], logProbs: [0.0, -9999.0]}",
        "'token_ids':[5,2]                                     | {ids: [5, 2], logProbs: []}",
        "'token_ids':[5,2],'token_logprobs':[-0.5]             | {ids: [5, 2], logProbs: []}",
        "'token_ids':[5,2],'token_logprobs':[-0.5,0.1]         | {ids: [5, 2], logProbs: []}",
        "'token_ids':[5,2],'token_logprobs':['a','b']          | {ids: [5, 2], logProbs: []}",
        "'token_ids':[5,-2]                                    | none",
        "'token_ids':[5,2.5]                                   | none",
        "'token_ids':[5,5000000000]                            | none",
        "'token_ids':['5']                                     | none",
        "'token_ids':[]                                        | none",
        "'token_ids':7                                         | none",
        "'token_logprobs':[-0.5]                               | none"
      })
  void tokensAreIdsWithAsManyLogProbabilitiesOrNone(String fields, String tokens) {
    String body =
        "{'choices':[{'message':{'content':'b'},'finish_reason':'stop',%s}]}".formatted(fields);
    ModelResponse.Text text =
        ReplyReader.read("http://e", sample(true), reply(200, body.replace('\'', '"'))).first();
    assertThat(text.text()).isEqualTo("b");
    assertThat(text.tokens().map(each -> each.toString().replace("\"", "")).orElse("none"))
        .isEqualTo(tokens);
    assertThat(
            ReplyReader.read("http://e", sample(false), reply(200, body.replace('\'', '"')))
                .first()
                .tokens())
        .as("nobody asked for them")
        .isEmpty();
  }

  private static ModelRequest sample(boolean tokenIds) {
    return new ModelRequest(
        "sample",
        "m",
        Optional.empty(),
        List.of(new Message("user", "hi")),
        new ModelRequest.Sampling(1, 0.7, 0.95, 1024, 1, List.of(), tokenIds, false),
        0);
  }

  @Test
  void whatMayHaveBeenBilledIsInTheFailure() {
    String body = "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":60}}";
    assertThat(failure(200, body).usage()).isEqualTo(ModelResponse.Usage.reported(100, 60));
    assertThat(failure(200, "<html>").usage()).isEqualTo(new ModelResponse.Usage(1, 0, 2, true));
    assertThat(failure(503, "").usage()).isEqualTo(ModelResponse.Usage.NONE);
  }

  @Test
  void aMessageSaysWhoAnsweredWhatOnOneLine() {
    assertThat(failure(500, "sorry\n  about \u001b[31mthat"))
        .hasMessage("http://e answered 500: sorry about \u00b7[31mthat");
    assertThat(failure(500, "x".repeat(1_000)))
        .hasMessage("http://e answered 500: " + "x".repeat(200) + "...");
    assertThat(failure(500, " ")).hasMessage("http://e answered 500: (nothing)");
  }

  @Test
  void theKeyIsTakenOutOfWhatTheEndpointEchoes() {
    Redactor redactor = new Redactor(Optional.of(new Endpoint.ApiKey("sk-a/b123")));
    String echo =
        "{\"model\":\"sk-a\\/b123\",\"choices\":[{\"message\":{\"content\":\"is sk-a/b123 it?\"},"
            + "\"finish_reason\":\"stop\"}]}";
    HttpReply reply =
        new HttpReply(200, name -> null, echo.getBytes(StandardCharsets.UTF_8), redactor);
    ModelResponse response = ReplyReader.read("http://e", request(1), reply);
    assertThat(response.toString()).doesNotContain("sk-a").contains("is (key) it?");
    HttpReply refused =
        new HttpReply(
            401, name -> null, "key sk-a/b123".getBytes(StandardCharsets.UTF_8), redactor);
    assertThat(
            catchThrowableOfType(
                ModelFailure.class, () -> ReplyReader.read("http://e", request(1), refused)))
        .hasMessage("http://e answered 401: key (key)");
  }

  private static ModelFailure failure(int status, String body) {
    return catchThrowableOfType(
        ModelFailure.class, () -> ReplyReader.read("http://e", request(1), reply(status, body)));
  }

  private static HttpReply reply(int status, String body) {
    return new HttpReply(status, name -> null, body.getBytes(StandardCharsets.UTF_8), NO_KEY);
  }

  private static ModelRequest request(int samples) {
    return new ModelRequest(
        "solve",
        "asked-for",
        Optional.of("p"),
        List.of(new Message("user", "hi")),
        new ModelRequest.Sampling(samples, 0, 1, 1024, 1),
        0);
  }
}
