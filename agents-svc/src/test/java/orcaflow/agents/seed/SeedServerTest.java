package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeedServerTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String LINES = "application/x-ndjson";

  private final List<String> said = new ArrayList<>();
  private final SeedServer server = SeedServer.start(OptionalInt.of(0), said::add);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theReplyComesWhenTheRowsAreInTheLog() {
    assertThat(said).containsExactly("POST %s takes seeds".formatted(server.url()));
    CompletableFuture<HttpResponse<String>> reply =
        post(LINES + "; charset=utf-8", BodyPublishers.ofString("{\"q\": 1}\n{\"q\": 2}\n"));
    assertThat(row()).isEqualTo(new SeedRows.Line(1, "{\"q\": 1}").of("post 1"));
    assertThat(server.next()).isPresent();
    assertThat(server.next()).isEmpty();
    assertThat(reply).isNotDone();
    server.committed();
    assertThat(reply.join().statusCode()).isEqualTo(200);
    assertThat(reply.join().body()).isEqualTo("{\"rows\":2}");
  }

  @Test
  void aBodyThatIsCutSaysHowFarItWasRead() {
    CompletableFuture<HttpResponse<String>> reply =
        post("application/json", BodyPublishers.ofString("[{\"q\": 1}, {"));
    row();
    assertThat(server.next()).isEmpty();
    server.committed();
    assertThat(reply.join().statusCode()).isEqualTo(400);
    assertThat(reply.join().body()).contains("\"rows\":1", "its end is missing");
  }

  @Test
  void aBrowserCannotBeMadeToPost() throws IOException {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      HttpResponse<String> reply = post(type, BodyPublishers.ofString("{}")).join();
      assertThat(reply.statusCode()).isEqualTo(415);
      assertThat(reply.body()).contains("the content type is '" + type + "'");
    }
    String elsewhere =
        raw("POST /seeds HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n\r\n");
    assertThat(elsewhere).startsWith("HTTP/1.1 403").contains("the host is 'example.com'");
    assertThat(server.next()).isEmpty();
  }

  @Test
  void aLongBodyIsRefused() {
    HttpResponse<String> reply =
        post(LINES, BodyPublishers.ofByteArray(new byte[(8 << 20) + 1])).join();
    assertThat(reply.statusCode()).isEqualTo(413);
    assertThat(server.next()).isEmpty();
  }

  @Test
  void otherRequestsAreNamed() throws Exception {
    HttpRequest get = HttpRequest.newBuilder(URI.create(server.url())).build();
    assertThat(HTTP.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    HttpRequest other = HttpRequest.newBuilder(URI.create(server.url() + "/x")).build();
    assertThat(HTTP.send(other, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
  }

  @Test
  void theNinthThatWaitsIsToTryAgain() {
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      replies.add(post(LINES, BodyPublishers.ofString("{}")));
    }
    HttpResponse<String> first =
        (HttpResponse<String>)
            CompletableFuture.anyOf(replies.toArray(CompletableFuture[]::new)).join();
    assertThat(first.statusCode()).isEqualTo(503);
    assertThat(first.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void aPortThatIsTakenIsAnErrorOnlyIfItWasAskedFor() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      OptionalInt port = OptionalInt.of(other.getLocalPort());
      assertThatThrownBy(() -> SeedServer.start(port, said::add))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "seeds cannot be taken on 127.0.0.1:%d: ".formatted(other.getLocalPort()));
    }
    try (SeedServer one = SeedServer.start(OptionalInt.empty(), said::add);
        SeedServer two = SeedServer.start(OptionalInt.empty(), said::add)) {
      assertThat(two.url()).isNotEqualTo(one.url());
      assertThat(said).contains("port 8077 is taken: seeds are taken on a free one");
    }
  }

  private SeedRows.Line row() {
    List<SeedRows.Line> rows = new ArrayList<>();
    Await.until(
        "a row is there",
        Await.LIMIT,
        () -> {
          Optional<SeedRows.Line> next = server.next();
          next.ifPresent(rows::add);
          return next.isPresent();
        });
    return rows.get(0);
  }

  private CompletableFuture<HttpResponse<String>> post(
      String type, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url())).POST(body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** The beginning of the reply to bytes that the client of the JDK does not send. */
  private String raw(String request) throws IOException {
    URI url = URI.create(server.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readNBytes(300), StandardCharsets.UTF_8);
    }
  }
}
