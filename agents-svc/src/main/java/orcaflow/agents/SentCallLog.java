package orcaflow.agents;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.SentCalls;
import orcaflow.agents.state.StateJson;
import orcaflow.agents.state.StateStore;
import orcaflow.agents.state.TopicFeed;
import orcaflow.events.SentCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.EventRecord;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code sent-calls}. A call of this instance that no event settles was lost with a
 * process that died. Other instances settle their own.
 *
 * <p>Which calls are open is kept in the state. The event that settles a call may be read before
 * the one that opens it: the topics are read one after the other. So what is settled early is kept,
 * too, until the reading of this topic is saved behind it.
 */
final class SentCallLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SentCallLog.class);

  private final String topic;
  private final String instance;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<SentCall> serializer;
  private final TopicFeed<String, SentCall> feed;
  private final StateStore.Table open;
  private final StateStore.Table settledEarly;
  private final Map<Asked, List<String>> lost = new ConcurrentHashMap<>();

  /** A request, and the endpoint that it was sent to. */
  record Asked(String endpoint, String request) {}

  /**
   * Reads the topic to its end, from where the state's reading ended.
   *
   * @param instance name of this process among those that run the same stages
   */
  SentCallLog(
      Cluster cluster, String instance, KafkaProducer<byte[], byte[]> producer, StateStore state) {
    this.topic = Topics.SENT_CALLS.in(cluster.run());
    this.instance = instance;
    this.producer = producer;
    this.serializer = Serdes.serializer(cluster);
    this.open = state.table(StateStore.Kind.SENT_CALLS);
    this.settledEarly = state.table(StateStore.Kind.SETTLED_EARLY);
    this.feed = TopicFeed.events(state, cluster, topic);
    follow();
    // Whatever settled a call before this process was sent behind the call: all of these are read.
    settledEarly.clear();
  }

  /** Reads what has been sent since the last time. One thread calls it. */
  void follow() {
    List<String> known = new ArrayList<>();
    feed.catchUp(TopicReader.Receiver.skipping(LOG, record -> note(record.value(), known)));
    known.forEach(settledEarly::remove);
  }

  private void note(SentCall event, List<String> known) {
    String call = event.getCall();
    if (event.getEnded()) {
      open.remove(call);
    } else if (settledEarly.contains(call)) {
      known.add(call);
    } else if (event.getInstance().equals(instance)) {
      open.put(call, StateJson.bytes(new OpenCall(call, event.getEndpoint(), event.getRequest())));
    }
  }

  /** An event says how the call ended. */
  void settled(String call) {
    if (open.contains(call)) {
      open.remove(call);
    } else {
      settledEarly.add(call);
    }
  }

  /** What is open now is lost; returns what was asked of whom. */
  Set<Asked> loseTheRest() {
    open.values().stream()
        .map(bytes -> StateJson.read(bytes, OpenCall.class))
        .forEach(
            call ->
                lost.computeIfAbsent(
                        new Asked(call.endpoint(), call.request()), asked -> new ArrayList<>())
                    .add(call.call()));
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
    return Sending.of(producer, () -> EventRecord.of(topic, event.getCall(), event, serializer))
        .mapEmpty();
  }

  @Override
  public void close() {
    feed.close();
  }
}
