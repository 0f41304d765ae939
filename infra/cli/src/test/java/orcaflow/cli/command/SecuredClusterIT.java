package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import orcaflow.cli.Main;
import orcaflow.schemas.Topics;
import orcaflow.stack.Registry;
import orcaflow.stack.SecuredBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands on a cluster that lets nobody in without TLS, a user and a password. */
class SecuredClusterIT {

  private static final String USER = SecuredBroker.ADMIN;
  private static final String PASSWORD = "canary-4711";

  @TempDir static Path dir;
  private static SecuredBroker broker;
  private static Registry registry;
  private static Vertx vertx;
  private static HttpClient forward;
  private static String guarded;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(dir.resolve("broker"), Map.of(USER, PASSWORD));
    registry = Registry.start(dir.resolve("registry"));
    vertx = Vertx.vertx();
    forward = vertx.createHttpClient();
    URI behind = URI.create(registry.url());
    int port =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PfxOptions()
                            .setPath(broker.keyStore().toString())
                            .setPassword(broker.storePassword())))
            .requestHandler(request -> guard(request, behind))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
    guarded = "https://%s@127.0.0.1:" + port + behind.getPath();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    registry.close();
    broker.close();
  }

  /** What a command printed, and how it ended. */
  private record Ended(int status, String out, String err) {}

  @Test
  void applySeedStatusAndTailWorkFromOneFileOfSettings() throws Exception {
    String settings = settings(PASSWORD, USER + ":" + PASSWORD).toString();
    Ended applied = run("topics", "apply", "--command-config", settings);
    assertThat(applied.status()).as(applied.err()).isZero();
    assertThat(applied.out()).contains("settled: topic main.problems is missing");
    assertThat(run("topics", "apply", "--command-config", settings))
        .isEqualTo(new Ended(0, "no differences" + System.lineSeparator(), ""));
    assertThat(run("topics", "diff", "--command-config", settings).status()).isZero();

    Path seeds =
        Files.writeString(
            dir.resolve("seeds.jsonl"),
            "{\"question\": \"A barn has 7 owls and 2 of them fly away. How many owls are left?\"}");
    Ended seeded = run("seed", seeds.toString(), "--command-config", settings);
    assertThat(seeded.status()).as(seeded.err()).isZero();
    assertThat(seeded.out()).startsWith("1 rows: 1 written");
    Ended status = run("status", "--recipe", "short", "--command-config", settings);
    assertThat(status.status()).as(status.err()).isZero();
    assertThat(status.out()).contains("candidates 1 = admitted 0 + rejected 0");
    assertThat(run("tail", Topics.PROBLEM_CANDIDATES.name(), "--command-config", settings).out())
        .contains("A barn has 7 owls");
  }

  @Test
  void whoIsNotLetInIsRefusedInASentenceWithoutTheSecret() throws Exception {
    assertRefused(
        run("topics", "diff", "--bootstrap", broker.bootstrap(), "--registry", registry.url()),
        "orcaflow: the brokers at %s do not answer within 15 s to security.protocol=PLAINTEXT: are"
            + " address and client settings right?",
        broker.bootstrap());
    assertRefused(
        run("topics", "diff", "--command-config", settings("wrong", "x:y").toString()),
        "orcaflow: the brokers at %s refuse: Authentication failed during authentication due to"
            + " invalid credentials with SASL mechanism SCRAM-SHA-512",
        broker.bootstrap());
    assertRefused(
        run("topics", "diff", "--command-config", settings(PASSWORD, "x:canary-4712").toString()),
        "orcaflow: the schema registry at %s refuses the user: it answered 401",
        guarded.formatted("").replace("@", ""));
    Path half = Files.writeString(dir.resolve("half.properties"), "sasl.mechanism=\n");
    assertRefused(
        run("topics", "diff", "--command-config", half.toString()),
        "orcaflow: %s: sasl.mechanism has no value",
        half);
  }

  private static void assertRefused(Ended ended, String sentence, Object value) {
    assertThat(ended.status()).isNotZero();
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().strip()).isEqualTo(sentence.formatted(value)).doesNotContain("canary");
  }

  private static Path settings(String password, String registryUser) throws IOException {
    Properties settings = new Properties();
    settings.putAll(broker.clientSettings(USER, password));
    for (String key : List.of("location", "type", "password")) {
      String store = "ssl.truststore." + key;
      settings.setProperty("schema.registry." + store, settings.getProperty(store));
    }
    settings.setProperty("bootstrap.servers", broker.bootstrap());
    settings.setProperty("schema.registry.url", guarded.formatted(registryUser));
    Path file = Files.createTempFile(dir, "client", ".properties");
    try (Writer text = Files.newBufferedWriter(file)) {
      settings.store(text, null);
    }
    return file;
  }

  private static Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int status = command.execute(arguments);
    return new Ended(status, out.toString(), err.toString());
  }

  /** The registry behind TLS and basic authentication. */
  private static void guard(HttpServerRequest request, URI behind) {
    String wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    if (!wanted.equals(request.getHeader("Authorization"))) {
      request.response().setStatusCode(401).end();
      return;
    }
    request
        .body()
        .compose(body -> passed(request, behind, body))
        .onFailure(failure -> request.response().setStatusCode(502).end(failure.toString()));
  }

  private static io.vertx.core.Future<Void> passed(
      HttpServerRequest request, URI behind, Buffer body) {
    return forward
        .request(request.method(), behind.getPort(), behind.getHost(), request.uri())
        .compose(
            asked -> {
              asked.headers().addAll(request.headers()).remove("Authorization").remove("Host");
              return asked.send(body);
            })
        .compose(
            reply -> {
              request.response().setStatusCode(reply.statusCode());
              request.response().headers().addAll(reply.headers());
              return reply.body().compose(text -> request.response().end(text));
            });
  }
}
