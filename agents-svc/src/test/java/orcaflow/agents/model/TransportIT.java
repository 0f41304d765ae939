package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Authorities, client certificates and proxies, against real servers. */
@Timeout(Await.LIMIT_SECONDS)
class TransportIT {

  private static final String GOOD =
      "{\"choices\":[{\"message\":{\"content\":\"5\"},\"finish_reason\":\"stop\"}]}";

  @TempDir static Path dir;
  static Vertx vertx;
  static Certificates files;
  static String plain;
  static String tls;
  static String strict;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    files =
        new Certificates(dir)
            .authority("own")
            .authority("other")
            .signed("server", "own")
            .signed("client", "own")
            .signed("stranger", "other");
    plain = "http://127.0.0.1:" + listen(new HttpServerOptions());
    tls = "https://127.0.0.1:" + listen(secure());
    strict =
        "https://127.0.0.1:"
            + listen(
                secure()
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(
                        new PemTrustOptions().addCertPath(files.certificate("own").toString())));
  }

  private static HttpServerOptions secure() {
    return new HttpServerOptions()
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(files.certificate("server").toString())
                .addKeyPath(files.key("server").toString()));
  }

  private static int listen(HttpServerOptions options) {
    return vertx
        .createHttpServer(options)
        .requestHandler(request -> request.bodyHandler(body -> request.response().end(GOOD)))
        .listen(0, "127.0.0.1")
        .map(HttpServer::actualPort)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void anAuthorityOfOnesOwnIsTrusted() {
    assertThat(ask(tls, trusting("own"))).isEqualTo("5");
  }

  @Test
  void anAuthorityThatNobodyKnowsIsSaidWithTheSetting() {
    assertThat(failure(tls, Transport.DIRECT))
        .isEqualTo(
            tls
                + " cannot be reached: its certificate is not signed by an authority that the JDK"
                + " knows: set transport.caFile");
    assertThat(failure(tls, trusting("other")))
        .isEqualTo(
            tls
                + " cannot be reached: its certificate is not signed by an authority in"
                + " transport.caFile '%s'".formatted(files.certificate("other")));
  }

  @Test
  void aCertificateForAnotherNameIsSaid() {
    String other = tls.replace("127.0.0.1", "127.0.0.2");
    int port = URI.create(tls).getPort();
    vertx
        .createHttpServer(secure())
        .requestHandler(request -> request.response().end(GOOD))
        .listen(port, "127.0.0.2")
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    assertThat(failure(other, trusting("own")))
        .isEqualTo(
            other + " cannot be reached: its certificate is for another name than that of its url");
  }

  @Test
  void aClientCertificateIsShown() {
    assertThat(ask(strict, showing("client"))).isEqualTo("5");
    assertThat(failure(strict, trusting("own")))
        .isEqualTo(
            strict
                + " cannot be reached: it wants a client certificate: set"
                + " transport.certificateFile and certificateKeyFile");
    assertThat(failure(strict, showing("stranger")))
        .isEqualTo(
            strict
                + " cannot be reached: it rejects the certificate of transport.certificateFile '%s'"
                    .formatted(files.certificate("stranger")));
  }

  @Test
  void aProxyIsUsedForHttpAndHttps() {
    ForwardProxy proxy = new ForwardProxy(vertx);
    assertThat(ask(plain, through(proxy.url(), Optional.empty()))).isEqualTo("5");
    assertThat(ask(tls, through(proxy.url(), Optional.of(files.certificate("own")))))
        .isEqualTo("5");
    assertThat(proxy.seen())
        .containsExactly(
            "POST %s/v1/chat/completions".formatted(plain),
            "CONNECT %s".formatted(tls.substring("https://".length())));
  }

  @Test
  void aProxyThatIsAwayIsSaidWithTheSetting() {
    assertThat(failure(tls, through("http://127.0.0.1:9", Optional.empty())))
        .startsWith(tls + " cannot be reached through transport.proxy 'http://127.0.0.1:9': ");
    ForwardProxy proxy = new ForwardProxy(vertx);
    assertThat(failure("https://127.0.0.1:9", through(proxy.url(), Optional.empty())))
        .startsWith(
            "https://127.0.0.1:9 cannot be reached through transport.proxy '%s': "
                .formatted(proxy.url()));
  }

  @Test
  void aFileThatIsNoPemIsRefused() throws Exception {
    Path text = Files.writeString(dir.resolve("text"), "hello");
    assertThatThrownBy(() -> trusting(text))
        .hasMessage("caFile is '%s': it has no line -----BEGIN CERTIFICATE-----".formatted(text));
    assertThatThrownBy(() -> trusting(dir.resolve("none")))
        .hasMessage("caFile is '%s': it cannot be read".formatted(dir.resolve("none")));
  }

  private static Transport trusting(String authority) {
    return trusting(files.certificate(authority));
  }

  private static Transport trusting(Path file) {
    return new Transport(Optional.empty(), Optional.of(file), Optional.empty(), Optional.empty());
  }

  private static Transport showing(String client) {
    return new Transport(
        Optional.empty(),
        Optional.of(files.certificate("own")),
        Optional.of(files.certificate(client)),
        Optional.of(files.key(client)));
  }

  private static Transport through(String proxy, Optional<Path> caFile) {
    return new Transport(
        Optional.of(URI.create(proxy)), caFile, Optional.empty(), Optional.empty());
  }

  private static String failure(String url, Transport transport) {
    try {
      return "no failure: " + ask(url, transport);
    } catch (CompletionException e) {
      System.out.println(e.getCause().getMessage());
      return e.getCause().getMessage();
    }
  }

  private static String ask(String url, Transport transport) {
    Endpoint endpoint =
        new Endpoint(
            URI.create(url),
            Optional.empty(),
            1,
            Duration.ofSeconds(10),
            Endpoint.MAX_BYTES,
            transport,
            Optional.empty());
    try (HttpModelClient client = new HttpModelClient(vertx, endpoint)) {
      return client
          .ask(Preflight.question("m"))
          .toCompletionStage()
          .toCompletableFuture()
          .join()
          .text();
    }
  }
}
