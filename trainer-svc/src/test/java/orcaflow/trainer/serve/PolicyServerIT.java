package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import orcaflow.events.Policy;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.Topics;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.trainer.Http;
import orcaflow.trainer.Rig;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class PolicyServerIT {

  /** Tokens that take seconds, when a request of a few takes milliseconds. */
  private static final int LONG = 3900;

  private static Stack stack;

  @TempDir Path dir;
  private final StudentTokenizer tokenizer =
      StudentTokenizer.build(
          Rig.demonstrations(20).stream()
              .map(d -> StudentPrompt.prompt(d.getQuestion()) + d.getSolution()),
          200);
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private Rig rig;
  private PolicyServer server;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.get();
  }

  @BeforeEach
  void startServer(TestInfo test) {
    rig = new Rig(stack.cluster(test.getTestMethod().orElseThrow().getName()));
    server =
        PolicyServer.start(
            KafkaAccess.unwatched(rig.cluster()),
            PolicyFolders.of(dir),
            new TrainerConfig.Server(true, "127.0.0.1", Optional.of(0), 16, 5, 64, 2, LONG),
            metrics,
            failures::add);
  }

  @AfterEach
  void stopServer() {
    server.close();
    assertThat(failures).isEmpty();
  }

  @Test
  void isNotReadyBeforeThereIsAPolicy() {
    HttpResponse<String> response = ask("latest", 1);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(error(response).getString("code")).isEqualTo("no_policy");
    assertThat(server.ready()).isFalse();
  }

  @Test
  void answersAsOpenAiDoesAndTheSameForTheSameSeed() {
    String version = publish(1);

    JsonObject first = new JsonObject(ask("latest", 7).body());
    assertThat(first.getString("object")).isEqualTo("chat.completion");
    assertThat(first.getString("model")).isEqualTo(version);
    assertThat(texts(first)).hasSize(4).allMatch(text -> !text.isEmpty());
    assertThat(first.getJsonArray("choices").getJsonObject(3).getInteger("index")).isEqualTo(3);
    assertThat(first.getJsonArray("choices").getJsonObject(0).getString("finish_reason"))
        .isIn("stop", "length");
    JsonObject usage = first.getJsonObject("usage");
    assertThat(usage.getInteger("total_tokens"))
        .isEqualTo(usage.getInteger("prompt_tokens") + usage.getInteger("completion_tokens"));

    List<CompletableFuture<HttpResponse<String>>> company =
        IntStream.range(0, 6).mapToObj(i -> later("latest", 100 + i)).toList();
    assertThat(texts(new JsonObject(ask("latest", 7).body()))).isEqualTo(texts(first));
    company.forEach(other -> assertThat(other.join().statusCode()).isEqualTo(200));
    assertThat(texts(new JsonObject(ask("latest", 8).body()))).isNotEqualTo(texts(first));
  }

  @Test
  void servesANamedPolicyAndKnowsWhichItDoesNotHave() {
    String first = publish(1);
    publish(2);
    String third = publish(3);

    assertThat(new JsonObject(ask(first, 1).body()).getString("model")).isEqualTo(first);
    assertThat(new JsonObject(ask("latest", 1).body()).getString("model")).isEqualTo(third);
    assertThat(metrics.get("orcaflow.policy.switch").timer().count())
        .as("one switch for each policy after the first, however many requests")
        .isEqualTo(2);
    assertThat(metrics.get("orcaflow.policy.first.request").timer().count()).isEqualTo(2);
    HttpResponse<String> unknown = ask("somebody-else", 1);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(error(unknown).getString("code")).isEqualTo("model_not_found");
    JsonArray models =
        new JsonObject(Http.get(server.url() + "/v1/models").body()).getJsonArray("data");
    assertThat(models).hasSize(3);
    assertThat(models.getJsonObject(0).getString("id")).isEqualTo(third);
  }

  @Test
  void theNewestPolicyAnswersForAnEarlierOneWhereTheRequestLetsIt() {
    String first = publish(1);
    String second = publish(2);
    JsonObject wanted = new JsonObject(body(first, Rig.question(3), 1, 5));

    assertThat(servedBy(wanted.copy().put("allow_newer", true))).isEqualTo(second);
    assertThat(servedBy(wanted)).isEqualTo(first);
    JsonObject newest = new JsonObject(body(second, Rig.question(3), 1, 5));
    assertThat(servedBy(newest.put("allow_newer", true))).isEqualTo(second);
    JsonObject unknown = new JsonObject(body("other-M1-5-abcdef01", Rig.question(3), 1, 5));
    assertThat(Http.post(chat(), unknown.put("allow_newer", true).encode()).statusCode())
        .isEqualTo(404);
  }

  private String servedBy(JsonObject request) {
    return new JsonObject(Http.post(chat(), request.encode()).body()).getString("model");
  }

  @Test
  void swapsToTheNewestPolicyWithoutFailingARequest() {
    String before = publish(1);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(later("latest", i));
    }
    String after = write(2);
    int asked = 0;
    while (!newest().equals(after)) {
      answers.add(later("latest", asked++));
      answers.get(answers.size() - 1).join();
    }
    for (int i = 0; i < 4; i++) {
      answers.add(later("latest", i));
    }

    List<String> models =
        answers.stream()
            .map(CompletableFuture::join)
            .peek(response -> assertThat(response.statusCode()).isEqualTo(200))
            .map(response -> new JsonObject(response.body()).getString("model"))
            .toList();
    assertThat(models).containsOnly(before, after);
    assertThat(models.get(models.size() - 1)).isEqualTo(after);
  }

  @Test
  void servesWhatItPreparedAndTheSameWeightsFromMemory() throws IOException {
    publish(1);
    StudentConfig shape = shape(64, true);
    Weights weights = Weights.random(shape, 7);
    StudentFolder candidate = new StudentFolder(shape, weights, tokenizer);
    server.prepare(new StudentFolder(shape, Weights.random(shape, 6), tokenizer));
    server.prepare(candidate);

    String promoted = announce(2, withoutWeights(candidate, "M2"), weights);
    publish(promoted);
    String again = announce(3, withoutWeights(candidate, "M3"), weights);
    publish(again);

    JsonObject both = new JsonObject(ask(promoted, 7).body());
    assertThat(texts(new JsonObject(ask(again, 7).body()))).isEqualTo(texts(both));
    publish(4);
    publish(5);
    assertThat(ask(promoted, 7).statusCode()).as("its weights are nowhere").isEqualTo(500);
  }

  @Test
  void servesWhatWasPublishedHereBeforeItsEventIsRead() {
    publish(1);
    StudentConfig shape = shape(64, true);
    Weights weights = Weights.random(shape, 8);
    Path home = dir.resolve("M2");
    new StudentFolder(shape, weights, tokenizer).save(home);
    Policy second = policy(2, home, weights);

    server.serve(second);
    assertThat(newest()).isEqualTo(second.getVersion());

    announce(2, home, weights);
    String third = publish(3);
    assertThat(new JsonObject(ask("latest", 1).body()).getString("model")).isEqualTo(third);
    assertThat(new JsonObject(ask(second.getVersion(), 1).body()).getString("model"))
        .isEqualTo(second.getVersion());
    assertThat(metrics.get("orcaflow.policy.switch").timer().count())
        .as("a policy that is read back is no other one")
        .isEqualTo(2);
  }

  @Test
  void laterRequestsAreServedBesideALongOneWhichStaysWithItsPolicy() {
    String before = publish(endless(1));
    CompletableFuture<HttpResponse<String>> longest =
        Http.postLater(chat(), longBody(before, 4, LONG));
    Rig.await("the long request has begun", () -> gauge("orcaflow.policy.running") == 4);

    HttpResponse<String> beside = Http.post(chat(), longBody(before, 2, 3));
    assertThat(beside.statusCode()).isEqualTo(200);
    String after = publish(2);
    assertThat(new JsonObject(ask("latest", 1).body()).getString("model")).isEqualTo(after);
    assertThat(longest).isNotDone();

    JsonObject reply = new JsonObject(longest.join().body());
    assertThat(reply.getString("model")).isEqualTo(before);
    assertThat(reply.getJsonObject("usage").getInteger("completion_tokens")).isEqualTo(4 * LONG);
    // What was made beside it, and how it was made alone.
    JsonObject alone = new JsonObject(Http.post(chat(), longBody(before, 2, 3)).body());
    assertThat(texts(alone)).isEqualTo(texts(new JsonObject(beside.body())));
  }

  @Test
  void completionsOfAClientThatLeftAreGivenUp() throws IOException {
    String version = publish(endless(1));
    try (Socket socket = send(longBody(version, 8, LONG))) {
      Rig.await("the request has begun", () -> gauge("orcaflow.policy.running") == 8);
    }

    Rig.await(
        "its completions are dropped",
        () -> metrics.get("orcaflow.policy.dropped").counter().count() == 8);
    Rig.await("nothing runs", () -> gauge("orcaflow.policy.running") == 0);
    assertThat(ask("latest", 1).statusCode()).isEqualTo(200);
  }

  @Test
  void stopsWhereItIsToldTo() {
    String version = publish(endless(1));
    String all = texts(new JsonObject(Http.post(chat(), longBody(version, 1, 40)).body())).get(0);
    String stop = all.substring(all.length() / 2, all.length() / 2 + 3);

    JsonObject body = new JsonObject(longBody(version, 1, 40)).put("stop", stop);
    JsonObject cut = new JsonObject(Http.post(chat(), body.encode()).body());
    assertThat(texts(cut)).containsExactly(all.substring(0, all.indexOf(stop)));
    assertThat(cut.getJsonArray("choices").getJsonObject(0).getString("finish_reason"))
        .isEqualTo("stop");
    assertThat(cut.getJsonObject("usage").getInteger("completion_tokens")).isLessThan(40);
  }

  @Test
  void tellsLogProbabilitiesInTheFormatOfOpenAi() {
    publish(1);
    JsonObject body =
        new JsonObject(body("latest", Rig.question(3), 2, 5))
            .put("logprobs", true)
            .put("top_logprobs", 2);
    JsonObject reply = new JsonObject(Http.post(chat(), body.encode()).body());

    int all = 0;
    for (int i = 0; i < 2; i++) {
      JsonObject choice = reply.getJsonArray("choices").getJsonObject(i);
      JsonArray tokens = choice.getJsonObject("logprobs").getJsonArray("content");
      all += tokens.size() - (choice.getString("finish_reason").equals("stop") ? 1 : 0);
      for (int t = 0; t < tokens.size(); t++) {
        JsonObject token = tokens.getJsonObject(t);
        assertThat(token.getDouble("logprob")).isNegative();
        JsonArray likeliest = token.getJsonArray("top_logprobs");
        assertThat(likeliest).hasSize(2);
        assertThat(likeliest.getJsonObject(0).getDouble("logprob"))
            .isGreaterThanOrEqualTo(likeliest.getJsonObject(1).getDouble("logprob"))
            .isGreaterThanOrEqualTo(token.getDouble("logprob"));
      }
    }
    assertThat(reply.getJsonObject("usage").getInteger("completion_tokens")).isEqualTo(all);
    assertThat(
            new JsonObject(ask("latest", 5).body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getValue("logprobs"))
        .isNull();
  }

  @Test
  void namesTheSampledTokensWhereAsked() {
    publish(1);
    String body = body("latest", Rig.question(3), 4, 5);
    JsonObject reply =
        new JsonObject(
            Http.post(chat(), new JsonObject(body).put("return_token_ids", true).encode()).body());
    JsonArray plain = new JsonObject(Http.post(chat(), body).body()).getJsonArray("choices");

    for (int i = 0; i < 4; i++) {
      JsonObject choice = reply.getJsonArray("choices").getJsonObject(i);
      int[] ids = choice.getJsonArray("token_ids").stream().mapToInt(id -> (Integer) id).toArray();
      assertThat(tokenizer.decode(ids))
          .isEqualTo(choice.getJsonObject("message").getString("content"))
          .isEqualTo(plain.getJsonObject(i).getJsonObject("message").getString("content"));
      assertThat(ids[ids.length - 1] == tokenizer.eos())
          .isEqualTo(choice.getString("finish_reason").equals("stop"));
      assertThat(choice.getJsonArray("token_logprobs"))
          .hasSameSizeAs(ids)
          .allMatch(logProb -> ((Number) logProb).doubleValue() < 0);
      assertThat(choice.getValue("logprobs")).isNull();
      assertThat(plain.getJsonObject(i).containsKey("token_ids")).isFalse();
    }
  }

  @Test
  void sendsAwayWhatDoesNotFitTheQueue() {
    publish(1);
    List<HttpResponse<String>> responses =
        IntStream.range(0, 120).mapToObj(i -> later("latest", i)).toList().stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(200, 429);
    HttpResponse<String> refused =
        responses.stream().filter(r -> r.statusCode() == 429).findFirst().orElseThrow();
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(error(refused).getString("type")).isEqualTo("rate_limit_error");
    assertThat(ask("latest", 1).statusCode()).isEqualTo(200);
  }

  @Test
  void goesOnWhenClientsGoAway() throws IOException {
    publish(1);
    String body = body("latest", Rig.question(3), 64, 1);
    for (int i = 0; i < 3; i++) {
      send(body).close();
    }

    // Until what the departed asked for is dropped or done, the queue may be full: 429.
    Rig.await("an answer", () -> ask("latest", 1).statusCode() == 200);
    Rig.await("an empty queue", () -> gauge("orcaflow.policy.queue") == 0);
  }

  @Test
  void saysWhatIsWrongWithARequest() {
    publish(1);
    String chat = server.url() + "/v1/chat/completions";

    assertThat(error(Http.post(chat, "no JSON")).getString("message"))
        .isEqualTo("the body is not a JSON object");
    HttpResponse<String> tooLong = Http.post(chat, body("latest", "how many ".repeat(100), 1, 1));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(error(tooLong).getString("code")).isEqualTo("context_length_exceeded");
    assertThat(Http.get(server.url() + "/v1/nothing").statusCode()).isEqualTo(404);
  }

  private String publish(int iteration) {
    return publish(write(iteration));
  }

  private String publish(String version) {
    Rig.await(version + " is served", () -> newest().equals(version));
    return version;
  }

  private double gauge(String name) {
    return metrics.get(name).gauge().value();
  }

  /** A request on a connection of its own. */
  private Socket send(String body) throws IOException {
    URI address = URI.create(server.url());
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket
        .getOutputStream()
        .write(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private String newest() {
    JsonArray models =
        new JsonObject(Http.get(server.url() + "/v1/models").body()).getJsonArray("data");
    return models.isEmpty() || !server.ready()
        ? "none"
        : new JsonObject(Http.post(chat(), body("latest", "Ann ?", 1, 1)).body())
            .getString("model", "none");
  }

  /** A random student, as a trainer leaves one. */
  private String write(int iteration) {
    StudentConfig shape = shape(64, true);
    return write(iteration, shape, Weights.random(shape, iteration));
  }

  /**
   * One with a long context that never comes to an end, asked at a low temperature: what would end
   * its text has the logit 0, while the likeliest of them always is well above.
   */
  private String endless(int iteration) {
    StudentConfig shape = shape(4096, false);
    Weights random = Weights.random(shape, iteration);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    random.names().forEach(name -> tensors.put(name, random.get(name)));
    Weights.Tensor head = random.get("lm_head.weight");
    float[] values = head.values().clone();
    IntStream.concat(IntStream.of(shape.eos()), Arrays.stream(tokenizer.encode("\nUSER:\n")))
        .forEach(id -> Arrays.fill(values, id * shape.hidden(), (id + 1) * shape.hidden(), 0));
    tensors.put("lm_head.weight", new Weights.Tensor(head.shape(), values));
    return write(iteration, shape, new Weights(tensors));
  }

  private static String longBody(String model, int n, int maxTokens) {
    return new JsonObject(body(model, Rig.question(3), n, 1))
        .put("temperature", 0.1)
        .put("max_tokens", maxTokens)
        .encode();
  }

  private StudentConfig shape(int context, boolean tiedHead) {
    return new StudentConfig(
        tokenizer.vocabulary(),
        32,
        1,
        2,
        1,
        16,
        64,
        context,
        10_000,
        1e-5,
        OptionalInt.empty(),
        tiedHead,
        tokenizer.bos(),
        tokenizer.eos(),
        tokenizer.pad());
  }

  private String write(int iteration, StudentConfig shape, Weights weights) {
    Path home = dir.resolve("M%d-%s".formatted(iteration, weights.hash()));
    new StudentFolder(shape, weights, tokenizer).save(home);
    return announce(iteration, home, weights);
  }

  /** A folder of a policy that can be served only by who has its weights already. */
  private Path withoutWeights(StudentFolder student, String name) throws IOException {
    Path home = dir.resolve(name);
    student.save(home);
    Files.delete(home.resolve("model.safetensors"));
    return home;
  }

  private String announce(int iteration, Path home, Weights weights) {
    Policy policy = policy(iteration, home, weights);
    rig.write(Topics.POLICIES, List.of(policy));
    return policy.getVersion();
  }

  private static Policy policy(int iteration, Path home, Weights weights) {
    return Policy.newBuilder()
        .setVersion("run-M%d-0-%s".formatted(iteration, weights.hash().substring(0, 8)))
        .setIteration(iteration)
        .setName("M" + iteration)
        .setAlgorithm("sft")
        .setStep(0)
        .setExamples(0)
        .setSeconds(0)
        .setWeightsHash(weights.hash())
        .setLocation(home.toString())
        .setTime(Instant.now())
        .build();
  }

  private String chat() {
    return server.url() + "/v1/chat/completions";
  }

  private HttpResponse<String> ask(String model, int seed) {
    return Http.post(chat(), body(model, Rig.question(3), 4, seed));
  }

  private CompletableFuture<HttpResponse<String>> later(String model, int seed) {
    return Http.postLater(chat(), body(model, Rig.question(3), 4, seed));
  }

  private static String body(String model, String question, int n, int seed) {
    return new JsonObject()
        .put("model", model)
        .put("n", n)
        .put("seed", seed)
        .put("temperature", 0.7)
        .put("top_p", 0.95)
        .put("max_tokens", 16)
        .put(
            "messages",
            new JsonArray().add(new JsonObject().put("role", "user").put("content", question)))
        .encode();
  }

  private static List<String> texts(JsonObject completion) {
    JsonArray choices = completion.getJsonArray("choices");
    return IntStream.range(0, choices.size())
        .mapToObj(i -> choices.getJsonObject(i).getJsonObject("message").getString("content"))
        .toList();
  }

  private static JsonObject error(HttpResponse<String> response) {
    return new JsonObject(response.body()).getJsonObject("error");
  }
}
