package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.TraceParent;
import orcaflow.service.CurrentWork;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;
import orcaflow.testing.SpanReceiver;
import orcaflow.testing.SpanReceiver.Received;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracedModelClientTest {

  private static final TraceParent WORK =
      new TraceParent(Ids.hash("trace"), Ids.hash("work").substring(0, 16));
  private static final ModelResponse ANSWER =
      new ModelResponse("m-2", List.of(new ModelResponse.Text("secret answer", "stop")), 11, 7, 1);

  private final MonitoringServer monitoring = MonitoringServer.onFreePort("test");
  private final SpanReceiver collector = new SpanReceiver();
  private final Spans spans =
      Spans.of(
          new Cluster("none:1", "mock://none", "test").seenBy(false, Optional.of(collector.url())),
          "agents",
          monitoring);
  private final List<Promise<ModelResponse>> asked = new ArrayList<>();
  private final ModelClient client =
      new TracedModelClient(
          "http://model",
          request -> {
            Promise<ModelResponse> answer = Promise.promise();
            asked.add(answer);
            return answer.future();
          },
          spans);

  @AfterEach
  void close() {
    spans.close();
    collector.close();
    monitoring.close();
  }

  /** The answers come later, on a thread that knows nothing of the work. */
  @Test
  void aQuestionAndWhatFollowsFromItsAnswerAreUnderTheWork() {
    Future<ModelResponse> both =
        CurrentWork.during(
            WORK,
            () ->
                client
                    .ask(Questions.of("secret question"))
                    .compose(first -> client.ask(Questions.of("another"))));
    assertThat(CurrentWork.get()).isEmpty();
    asked.get(0).complete(ANSWER);
    assertThat(CurrentWork.get()).isEmpty();
    asked.get(1).fail(new ModelFailure.Refused("no"));

    assertThat(Questions.cause(both)).isInstanceOf(ModelFailure.Refused.class);
    spans.close();
    assertThat(collector.spans())
        .hasSize(2)
        .allMatch(span -> span.traceId().equals(WORK.traceId()))
        .allMatch(span -> span.parent().equals(WORK.spanId()))
        .allMatch(span -> span.kind().equals("SPAN_KIND_CLIENT"))
        .extracting(Received::spanId)
        .doesNotHaveDuplicates();
    Received first = collector.spans().get(0);
    assertThat(first.name()).isEqualTo("chat m");
    assertThat(first.attributes())
        .containsEntry("gen_ai.usage.input_tokens", "11")
        .containsEntry("gen_ai.usage.output_tokens", "7")
        .containsEntry("gen_ai.response.model", "m-2")
        .containsEntry("orcaflow.endpoint", "http://model")
        .containsEntry("orcaflow.stage", "solve");
    assertThat(first.attributes().toString()).doesNotContain("secret");
    assertThat(collector.spans().get(1).attributes()).containsEntry("error.type", "Refused");
  }

  @Test
  void aQuestionWithoutWorkHasNoSpan() throws Exception {
    Future<ModelResponse> response = client.ask(Questions.of("preflight"));
    asked.get(0).complete(ANSWER);

    assertThat(Questions.response(response)).isEqualTo(ANSWER);
    spans.close();
    assertThat(collector.spans()).isEmpty();
  }
}
