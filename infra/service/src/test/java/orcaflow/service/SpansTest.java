package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.TraceParent;
import orcaflow.testing.SpanReceiver;
import orcaflow.testing.SpanReceiver.Received;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpansTest {

  private static final Cluster CLUSTER = new Cluster("none:1", "mock://spans", "test");
  private static final TraceParent OWN =
      new TraceParent(Ids.hash("trace"), Ids.hash("span").substring(0, 16));
  private static final String PARENT = Ids.hash("parent").substring(0, 16);
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final MonitoringServer monitoring = MonitoringServer.onFreePort("test");

  @AfterEach
  void close() {
    monitoring.close();
  }

  @Test
  void aSpanHasTheIdsThatItWasGiven() {
    try (SpanReceiver collector = new SpanReceiver()) {
      Spans spans = to(collector.url());
      spans.add(() -> span(OWN, Optional.of(PARENT), Optional.empty()));
      spans.close();

      assertThat(collector.spans())
          .containsExactly(
              new Received(
                  "process test.problems",
                  "SPAN_KIND_CONSUMER",
                  OWN.traceId(),
                  OWN.spanId(),
                  PARENT,
                  false,
                  Map.of(
                      "messaging.destination.name",
                      "test.problems",
                      "messaging.destination.partition.id",
                      "3",
                      "messaging.kafka.offset",
                      "7",
                      "messaging.operation.name",
                      "process",
                      "messaging.operation.type",
                      "process",
                      "messaging.system",
                      "kafka",
                      "orcaflow.run",
                      "test",
                      "service.name",
                      "orcaflow-agents",
                      "service.version",
                      Build.version())));
      assertThat(lost()).isZero();
    }
  }

  @Test
  void aSpanWithoutAParentBeginsItsTraceAndAFailureIsSeen() {
    try (SpanReceiver collector = new SpanReceiver()) {
      Spans spans = to(collector.url());
      spans.add(() -> span(OWN, Optional.empty(), Optional.of("java.io.IOException")));
      spans.close();

      Received span = collector.spans().get(0);
      assertThat(span.traceId()).isEqualTo(OWN.traceId());
      assertThat(span.parent()).isEmpty();
      assertThat(span.failed()).isTrue();
      assertThat(span.attributes()).containsEntry("error.type", "java.io.IOException");
    }
  }

  @Test
  void whatACollectorDoesNotTakeIsCounted() {
    try (SpanReceiver collector = new SpanReceiver()) {
      collector.answer(503);
      Spans spans = to(collector.url());
      IntStream.range(0, 5)
          .forEach(i -> spans.add(() -> span(OWN, Optional.empty(), Optional.empty())));
      spans.close();

      assertThat(lost()).isEqualTo(5);
      assertThat(collector.spans()).isEmpty();
    }
  }

  @Test
  void aCollectorThatIsNotThereIsNoFailure() {
    SpanReceiver collector = new SpanReceiver();
    URI gone = collector.url();
    collector.close();
    Spans spans = to(gone);
    spans.add(() -> span(OWN, Optional.empty(), Optional.empty()));
    spans.close();

    assertThat(lost()).isEqualTo(1);
  }

  @Test
  void withoutACollectorNothingIsMade() {
    Spans spans = Spans.of(CLUSTER, "agents", monitoring);
    spans.add(
        () -> {
          throw new AssertionError("nobody asked for it");
        });
    assertThat(spans.on()).isFalse();
    assertThat(monitoring.registry().find("orcaflow.spans.lost").counter()).isNull();
  }

  private Spans to(URI url) {
    return Spans.of(CLUSTER.seenBy(false, Optional.of(url)), "agents", monitoring);
  }

  private double lost() {
    return monitoring.registry().get("orcaflow.spans.lost").counter().count();
  }

  private static Spans.Ended span(
      TraceParent own, Optional<String> parent, Optional<String> error) {
    return MessageSpans.work(
        new MessageSpans.Place("test.problems", 3, 7),
        new MessageSpans.Work(own, parent, TIME, TIME.plusMillis(5)),
        Map.of(),
        error);
  }
}
