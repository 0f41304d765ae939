package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.TraceParent;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;
import orcaflow.testing.SpanReceiver;
import orcaflow.testing.SpanReceiver.Received;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of the streams, held against the headers of the records. */
class StageSpansTest {

  private static final String QUESTION = "Tom has 4 apples and buys 3. How many has he?";

  @TempDir Path folder;

  @Test
  void everyRecordIsASpanUnderTheWorkThatWroteIt() {
    try (SpanReceiver collector = new SpanReceiver();
        MonitoringServer monitoring = MonitoringServer.onFreePort("test")) {
      Cluster cluster =
          new Cluster("none:1", "mock://none", "test").seenBy(false, Optional.of(collector.url()));
      Spans spans = Spans.of(cluster, "streams", monitoring);
      try (FlowDriver flow = new FlowDriver(Events.recipe(1), folder, spans)) {
        flow.pipe(
            Events.candidate("c1", QUESTION),
            Events.policy(1),
            Events.solution(QUESTION, "7"),
            Events.rollout(QUESTION, 2, "#### 7", "#### 8"));
        spans.close();

        Map<String, Received> byId =
            collector.spans().stream().collect(Collectors.toMap(Received::spanId, span -> span));
        assertParent(flow, byId, Topics.PROBLEMS, "process test.problem-candidates");
        assertParent(flow, byId, Topics.GRADED_ROLLOUTS, "process test.student-rollouts");
        assertParent(flow, byId, Topics.LABELLED_COMPLETIONS, "process test.graded-rollouts");
        assertParent(flow, byId, Topics.ROLLOUT_REQUESTS, "");
        assertThat(byId.values()).extracting(Received::traceId).containsOnly(trace(flow));
        assertThat(byId.values())
            .filteredOn(span -> span.kind().equals("SPAN_KIND_CONSUMER"))
            .allSatisfy(
                span ->
                    assertThat(span.attributes())
                        .containsEntry("messaging.consumer.group.name", "test.streams"));
      }
    }
  }

  private static String trace(FlowDriver flow) {
    return TraceParent.in(flow.records(Topics.PROBLEMS).get(0).headers()).orElseThrow().traceId();
  }

  /** A timer writes without working on a record. */
  private static void assertParent(
      FlowDriver flow, Map<String, Received> byId, Topic<?> topic, String parent) {
    List<TestRecord<String, SpecificRecord>> records = flow.records(topic);
    assertThat(records).as(topic.name()).isNotEmpty();
    for (TestRecord<String, SpecificRecord> record : records) {
      TraceParent own = TraceParent.in(record.headers()).orElseThrow();
      Received sent = byId.get(own.spanId());
      assertThat(sent.name()).isEqualTo("send test." + topic.name());
      assertThat(sent.traceId()).isEqualTo(own.traceId());
      String name = Optional.ofNullable(byId.get(sent.parent())).map(Received::name).orElse("");
      assertThat(name).isEqualTo(parent);
    }
  }
}
