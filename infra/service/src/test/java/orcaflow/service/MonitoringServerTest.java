package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitoringServerTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final MonitoringServer observatory = MonitoringServer.onFreePort("agents");

  @AfterEach
  void close() {
    observatory.close();
  }

  @Test
  void servesMetersOfTheServiceAndOfTheJvm() throws Exception {
    observatory.registry().counter("orcaflow.stage.outcomes", "stage", "solve").increment(3);
    HttpResponse<String> reply = get("/metrics");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(reply.body())
        .contains("orcaflow_stage_outcomes_total{service=\"agents\",stage=\"solve\"} 3.0")
        .contains("jvm_memory_used_bytes{");
  }

  @Test
  void isLiveAndReadyWithoutChecks() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").body())
        .isEqualTo("{\"service\":\"agents\",\"status\":\"up\",\"checks\":{}}");
  }

  @Test
  void isReadyOnceEveryCheckSaysSo() throws Exception {
    AtomicBoolean joined = new AtomicBoolean();
    observatory.readiness("group-joined", joined::get);
    observatory.readiness("broker", () -> true);
    HttpResponse<String> early = get("/health/ready");
    assertThat(early.statusCode()).isEqualTo(503);
    assertThat(early.body())
        .isEqualTo(
            "{\"service\":\"agents\",\"status\":\"down\","
                + "\"checks\":{\"broker\":\"up\",\"group-joined\":\"down\"}}");
    joined.set(true);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aCheckThatThrowsIsDownAndItsTextStaysInside() throws Exception {
    observatory.liveness(
        "worker",
        () -> {
          throw new IllegalStateException("password=hunter2");
        });
    HttpResponse<String> reply = get("/health/live");
    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.body())
        .contains("\"worker\":\"failed: IllegalStateException\"")
        .doesNotContain("hunter2");
  }

  @Test
  void refusesACheckThatIsThereTwice() {
    observatory.readiness("broker", () -> true);
    assertThatThrownBy(() -> observatory.readiness("broker", () -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broker");
  }

  @Test
  void otherPathsAreNotFound() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void showsAProducerUntilItsWatchIsClosed() throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", "127.0.0.1:1", "client.id", "solve-out"),
            new StringSerializer(),
            new StringSerializer())) {
      MetricsBinding watch = observatory.watch(producer);
      assertThat(get("/metrics").body())
          .containsPattern("kafka_producer_record_send_total\\{client_id=\"solve-out\"");
      watch.close();
      assertThat(get("/metrics").body()).doesNotContain("kafka_producer_record_send_total");
    }
  }

  @Test
  void showsAShareConsumer() throws Exception {
    try (KafkaShareConsumer<String, String> consumer =
        new KafkaShareConsumer<>(
            Map.of(
                "bootstrap.servers", "127.0.0.1:1", "group.id", "solve", "client.id", "solve-in"),
            new StringDeserializer(),
            new StringDeserializer())) {
      try (MetricsBinding watch = observatory.watch(consumer)) {
        assertThat(watch).isNotNull();
        assertThat(get("/metrics").body()).containsPattern("kafka_[a-z_]*share_[a-z_]+\\{");
      }
    }
  }

  @Test
  void processIdsOfStreamsNeverBecomeLabels() throws Exception {
    String uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    try (Metrics metrics = new Metrics()) {
      MetricName name =
          metrics.metricName(
              "process-total",
              "stream-thread-metrics",
              "",
              Map.of("thread-id", "main.admit-" + uuid + "-StreamThread-1"));
      metrics.addMetric(name, new CumulativeCount());
      KafkaMetric metric = metrics.metric(name);
      try (MetricsBinding watch = observatory.watch(() -> Map.of(name, metric))) {
        assertThat(watch).isNotNull();
        assertThat(get("/metrics").body())
            .contains("thread_id=\"main.admit-StreamThread-1\"")
            .doesNotContain(uuid);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
  void refusesToBeSeenFromOtherMachines(String host) {
    assertThatThrownBy(() -> start(host, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("observe.host is '" + host + "'")
        .hasMessageContaining("loopback");
  }

  @Test
  void saysWhichPortIsTaken() {
    assertThatThrownBy(() -> start("127.0.0.1", observatory.port()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("agents cannot serve")
        .hasMessageContaining(Integer.toString(observatory.port()));
  }

  @Test
  void takesAnotherPortThanTheUsualOneWhereThatIsTaken() {
    String before = System.clearProperty(UsualPort.PROPERTY);
    try (AutoCloseable holder = holder(UsualPort.AGENTS.number());
        MonitoringServer elsewhere =
            MonitoringServer.start("agents", Observe.LOOPBACK, UsualPort.AGENTS)) {
      assertThat(elsewhere.port()).isNotEqualTo(UsualPort.AGENTS.number());
      assertThat(elsewhere.taken())
          .contains(
              "port 9101 is taken: metrics of the agents are on %d".formatted(elsewhere.port()));
      assertThat(UsualPort.AGENTS.elsewhere(elsewhere.port())).isEqualTo(elsewhere.taken());
      assertThat(UsualPort.AGENTS.elsewhere(UsualPort.AGENTS.number())).isEmpty();
      assertThat(observatory.taken()).isEmpty();
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      if (before != null) {
        System.setProperty(UsualPort.PROPERTY, before);
      }
    }
  }

  /** The port is taken in any case: by this socket, or by somebody else. */
  private static AutoCloseable holder(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException taken) {
      assertThat(taken).hasMessageContaining("in use");
    }
    return socket;
  }

  private static MonitoringServer start(String host, int port) {
    return MonitoringServer.start("agents", new Observe(host, Optional.of(port)), UsualPort.AGENTS);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + observatory.port() + path);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
