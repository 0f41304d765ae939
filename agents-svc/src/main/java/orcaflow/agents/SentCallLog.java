package orcaflow.agents;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.SentCalls;
import orcaflow.events.SentCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code sent-calls}. A call of this instance that no event settles was lost with a
 * process that died. Other instances settle their own.
 */
final class SentCallLog {

  private static final Logger LOG = LoggerFactory.getLogger(SentCallLog.class);

  private final String topic;
  private final String instance;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<SentCall> serializer;
  private final Map<String, SentCall> open = new ConcurrentHashMap<>();
  private final Map<Asked, List<String>> lost = new ConcurrentHashMap<>();

  /** A request, and the endpoint that it was sent to. */
  record Asked(String endpoint, String request) {}

  /**
   * Reads the topic to its end.
   *
   * @param instance name of this process among those that run the same stages
   */
  SentCallLog(Cluster cluster, String instance, KafkaProducer<byte[], byte[]> producer) {
    this.topic = Topics.SENT_CALLS.in(cluster.run());
    this.instance = instance;
    this.producer = producer;
    this.serializer = Serdes.serializer(cluster);
    try (TopicReader<String, SentCall> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(topic));
      reader.readTo(
          reader.logEnds(), TopicReader.Receiver.skipping(LOG, record -> note(record.value())));
    }
  }

  private void note(SentCall event) {
    if (event.getEnded()) {
      open.remove(event.getCall());
    } else if (event.getInstance().equals(instance)) {
      open.put(event.getCall(), event);
    }
  }

  /** An event says how the call ended. Before {@link #loseTheRest} only. */
  void settled(String call) {
    open.remove(call);
  }

  /** What is open now is lost; returns what was asked of whom. */
  Set<Asked> loseTheRest() {
    open.values()
        .forEach(
            call ->
                lost.computeIfAbsent(
                        new Asked(call.getEndpoint(), call.getRequest()),
                        asked -> new ArrayList<>())
                    .add(call.getCall()));
    open.clear();
    if (!lost.isEmpty()) {
      LOG.info(
          "{} calls were in flight when the process before this one died; they may be billed",
          lost.values().stream().mapToInt(List::size).sum());
    }
    return Set.copyOf(lost.keySet());
  }

  /** Takes the lost calls of a request; nobody else gets them. */
  List<String> takeLost(Asked asked) {
    return Optional.ofNullable(lost.remove(asked)).orElseGet(List::of);
  }

  /**
   * The calls to one endpoint.
   *
   * @param honoursKeys whether the endpoint charges once for calls of one Idempotency-Key
   */
  SentCalls to(String endpoint, boolean honoursKeys) {
    return new SentCalls() {
      @Override
      public Future<Sent> open(ModelRequest request) {
        String id = request.id();
        List<String> before = new ArrayList<>(takeLost(new Asked(endpoint, id)));
        if (honoursKeys && !before.isEmpty()) {
          String again = before.remove(0);
          return Future.succeededFuture(new Sent(Optional.of(again), before, true));
        }
        String call = Ids.fresh();
        return store(event(call, id, request, false))
            .map(new Sent(Optional.of(call), before, !before.isEmpty()))
            .onFailure(failure -> giveBack(new Asked(endpoint, id), before));
      }

      @Override
      public void endedFree(ModelRequest request, Sent call) {
        List<String> lost = new ArrayList<>(call.lost());
        if (honoursKeys && call.repeated()) {
          // The endpoint may have charged this key before the process died.
          call.id().ifPresent(lost::add);
        } else {
          call.id()
              .ifPresent(
                  id ->
                      store(event(id, request.id(), request, true))
                          .onFailure(e -> LOG.warn("a call's end cannot be kept", e)));
        }
        giveBack(new Asked(endpoint, request.id()), lost);
      }

      private SentCall event(String call, String id, ModelRequest request, boolean ended) {
        return SentCall.newBuilder()
            .setId(ended ? call + "/ended" : call)
            .setCall(call)
            .setRequest(id)
            .setStage(request.stage())
            .setEndpoint(endpoint)
            .setModel(request.model())
            .setInstance(instance)
            .setEnded(ended)
            .setTime(Instant.now())
            .build();
      }
    };
  }

  /** They are settled when the request brings a reply. */
  private void giveBack(Asked asked, List<String> calls) {
    if (!calls.isEmpty()) {
      lost.put(asked, new ArrayList<>(calls));
    }
  }

  private Future<Void> store(SentCall event) {
    return Sending.of(
            producer,
            () ->
                new ProducerRecord<>(
                    topic,
                    event.getCall().getBytes(StandardCharsets.UTF_8),
                    serializer.serialize(topic, event)))
        .mapEmpty();
  }
}
