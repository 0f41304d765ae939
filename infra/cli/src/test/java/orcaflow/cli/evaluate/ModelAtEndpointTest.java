package orcaflow.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import orcaflow.agents.AgentsPreflight;
import orcaflow.agents.AnsweringEndpoint;
import orcaflow.agents.JudgingEndpoint;
import orcaflow.agents.OutsideModel;
import orcaflow.events.Evaluation;
import orcaflow.trainer.evaluate.AnsweringModel;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.BenchmarkRunner;
import orcaflow.trainer.evaluate.DecodingMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelAtEndpointTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DecodingMode GREEDY = DecodingMode.greedy(64);

  @TempDir private Path dir;
  private HttpServer server;

  /** What was asked after the first question. */
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();

  private volatile String away = "";
  private volatile int status = 200;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::reply);
    server.createContext(
        "/judge/v1/chat/completions",
        exchange -> send(exchange, 200, "Both say the same.\nCorrect", "stop"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** 1 + N is N + 1, but 1 + 3 it calls 5, 1 + 4 it does not take, and 1 + 5 it breaks off. */
  private void reply(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    JsonNode messages = request.path("messages");
    String question = messages.path(messages.size() - 1).path("content").asText();
    int code = status;
    String text = "5";
    String finish = "stop";
    if (question.contains("1 + ")) {
      asked.add(request);
      int number = Integer.parseInt(question.replaceAll("(?s).*1 \\+ (\\d+).*", "$1"));
      text = "1 + %d = %d\n#### %d".formatted(number, number + 1, number == 3 ? 5 : number + 1);
      finish = number == 5 ? "length" : "stop";
      code = number == 4 ? 400 : !away.isEmpty() && question.contains(away) ? 401 : code;
    }
    send(exchange, code, text, finish);
  }

  private static void send(HttpExchange exchange, int status, String text, String finish)
      throws IOException {
    byte[] body =
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("model", "served")
                .set(
                    "choices",
                    JSON.createArrayNode()
                        .add(
                            JSON.createObjectNode()
                                .put("finish_reason", finish)
                                .set(
                                    "message",
                                    JSON.createObjectNode()
                                        .put("role", "assistant")
                                        .put("content", text)))));
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void anAnswerIsGradedAsThatOfAPolicy() throws Exception {
    Evaluation evaluation = evaluate(AnsweringEndpoint.Form.TEACHER, Optional.empty());

    assertThat(evaluation.getPolicyVersion()).isEqualTo("some-model");
    assertThat(evaluation.getN()).isEqualTo(8);
    // 3 is wrong, 4 has no answer, and 5 is cut where its number may go on.
    assertThat(evaluation.getVerdicts()).isEqualTo("1100?111");
    assertThat(evaluation.getCorrect()).isEqualTo(5);
    assertThat(asked)
        .allMatch(request -> request.path("temperature").asDouble() == 0)
        .allMatch(request -> request.path("model").asText().equals("some-model"))
        .allMatch(request -> request.path("messages").size() == 2);
  }

  @Test
  void aStudentIsSentTheQuestionAlone() throws Exception {
    evaluate(AnsweringEndpoint.Form.PLAIN, Optional.empty());
    assertThat(asked)
        .extracting(request -> request.path("messages").toString())
        .contains("[{\"role\":\"user\",\"content\":\"How much is 1 + 1?\"}]");
  }

  @Test
  void whatIsKeptIsNotAskedAgain() throws Exception {
    Path file = dir.resolve("answers.jsonl");
    away = "1 + 7";
    assertThatThrownBy(() -> evaluate(AnsweringEndpoint.Form.TEACHER, Optional.of(file)))
        .isInstanceOf(EndpointAnswers.EndpointAway.class)
        .hasMessageContaining("401");
    assertThat(Files.readAllLines(file)).hasSize(7);

    away = "";
    asked.clear();
    Evaluation evaluation = evaluate(AnsweringEndpoint.Form.TEACHER, Optional.of(file));
    assertThat(evaluation.getVerdicts()).isEqualTo("1100?111");
    assertThat(asked).hasSize(1);

    status = 500;
    assertThat(evaluate(AnsweringEndpoint.Form.TEACHER, Optional.of(file)).getVerdicts())
        .as("graded again without the endpoint")
        .isEqualTo("1100?111");

    status = 200;
    asked.clear();
    assertThat(evaluate(AnsweringEndpoint.Form.PLAIN, Optional.of(file)).getN()).isEqualTo(8);
    assertThat(asked).as("another form is another question").hasSize(8);
  }

  @Test
  void aFileOfSomethingElseIsLeftAlone() throws Exception {
    for (String text : List.of("{\"question\": 1}\n", "no JSON\n", "{\"key\": \"half")) {
      Path file = Files.writeString(dir.resolve("mine.jsonl"), text);
      assertThatThrownBy(() -> evaluate(AnsweringEndpoint.Form.TEACHER, Optional.of(file)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("mine.jsonl:1: ");
      assertThat(file).hasContent(text);
    }
  }

  @Test
  void anEndpointThatDoesNotAnswerIsRefusedAtOnce() {
    status = 401;
    assertThatThrownBy(() -> evaluate(AnsweringEndpoint.Form.TEACHER, Optional.empty()))
        .isInstanceOf(AgentsPreflight.Failed.class)
        .hasMessageContaining("does not answer a first question for model 'some-model'")
        .hasMessageContaining("401");
  }

  @Test
  void aJudgeDecidesWhatTheMatcherCannot() throws Exception {
    OutsideModel judge =
        new OutsideModel(URI.create(url() + "/judge"), "some-judge", Optional.empty(), 10);
    try (EndpointAnswers model = model(AnsweringEndpoint.Form.TEACHER);
        EndpointJudge judging = new EndpointJudge(new JudgingEndpoint(judge))) {
      Evaluation evaluation =
          new BenchmarkRunner(model, judging)
              .evaluate(benchmark(), GREEDY, 1, done -> {}, () -> false);

      assertThat(evaluation.getVerdicts()).isEqualTo("11001111");
      assertThat(evaluation.getUndecided()).isZero();
      assertThat(judging.sentence()).startsWith("the judge decided 1 of 1 answers; ");
    }
  }

  @Test
  void theTableSetsMeasuredRowsBesideQuotedOnes() throws Exception {
    Evaluation evaluation = evaluate(AnsweringEndpoint.Form.TEACHER, Optional.empty());
    String text =
        new BenchmarkTable(List.of(evaluation, evaluation), PublishedScore.gsm8k()).text();

    assertThat(text)
        .contains("some-model, pass@1 in %, greedy")
        .containsPattern("sums +8 +5 +1  62\\.50 \\[30\\.57, 86\\.32]")
        .containsPattern("mean of 2 benchmarks +62\\.50")
        .contains("quoted from the papers, not measured here")
        .containsPattern(
            "Orca-Math 7B +86\\.81 \\(iterative preference learning, arXiv 2402\\.14830\\)")
        .contains("no benchmark above is that set");
    Evaluation whole =
        Evaluation.newBuilder(evaluation).setBenchmark("gsm8k_test.jsonl@1").setN(1_319).build();
    assertThat(new BenchmarkTable(List.of(whole), PublishedScore.gsm8k()).text())
        .contains("the row gsm8k_test compares with these");
  }

  private Evaluation evaluate(AnsweringEndpoint.Form form, Optional<Path> file) throws Exception {
    EndpointAnswers endpoint = model(form);
    try (AnsweringModel closed = endpoint) {
      AnsweringModel model =
          file.isPresent() ? new KeptAnswers(endpoint, form.name(), file.get()) : endpoint;
      return new BenchmarkRunner(model).evaluate(benchmark(), GREEDY, 1, done -> {}, () -> false);
    }
  }

  private EndpointAnswers model(AnsweringEndpoint.Form form) {
    return new EndpointAnswers(
        "some-model",
        () ->
            new AnsweringEndpoint(
                new OutsideModel(URI.create(url()), "some-model", Optional.empty(), 10), form));
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static Benchmark benchmark() {
    return new Benchmark(
        "sums.jsonl@1",
        IntStream.rangeClosed(1, 8)
            .mapToObj(
                n ->
                    new Benchmark.Item(
                        "q" + n, "How much is 1 + %d?".formatted(n), Integer.toString(n + 1)))
            .toList());
  }
}
