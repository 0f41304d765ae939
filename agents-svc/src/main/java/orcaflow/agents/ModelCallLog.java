package orcaflow.agents;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orcaflow.agents.model.BilledCall;
import orcaflow.agents.model.CallLog;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.stage.ProducerSettings;
import orcaflow.agents.state.StateJson;
import orcaflow.agents.state.StateStore;
import orcaflow.agents.state.TopicFeed;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.EventRecord;
import orcaflow.schemas.log.TopicReader;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Model calls in the topic {@code model-calls}. The state has only where each is; a stored answer
 * is fetched from there when it is asked for again, which happens after a restart and seldom else.
 */
final class ModelCallLog implements CallLog, AutoCloseable {

  private static final Duration FETCH = Duration.ofSeconds(30);
  private static final int OFFSET_BITS = 48;

  private final String topic;
  private final Serializer<ModelCall> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicReader<String, ModelCall> fetcher;
  private final ExecutorService fetching =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "model-calls"));
  private final StateStore.Table places;
  private final MetricsBinding watch;
  private final LedgerEntries entries;
  private final TopicFeed<String, byte[]> followed;
  private final SentCallLog sent;

  /**
   * Reads the topic to its end, from where the state's reading ended.
   *
   * @param instance name of this process among those that run the same stages
   * @param ledger receives what the calls cost
   * @param state keeps where the calls are, what they cost, and which of them are open
   */
  ModelCallLog(
      Cluster cluster,
      String instance,
      Ledger ledger,
      StateStore state,
      MonitoringServer observatory) {
    topic = Topics.MODEL_CALLS.in(cluster.run());
    serializer = Serdes.serializer(cluster);
    producer =
        new KafkaProducer<>(
            ProducerSettings.producer(cluster),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    sent = new SentCallLog(cluster, instance, producer, state);
    entries = new LedgerEntries(cluster, topic, ledger, sent::settled);
    places = state.table(StateStore.Kind.MODEL_CALLS);
    followed =
        new TopicFeed<>(
            state,
            topic,
            TopicReader.bytes(cluster, new StringDeserializer()),
            () -> StateJson.text(entries.read()));
    followed
        .savedNote()
        .map(note -> StateJson.read(note, Ledger.Sums.class))
        .ifPresent(entries::begin);
    follow();
    Map<String, Object> single = ClientSettings.reader(cluster);
    single.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    single.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 16);
    fetcher =
        new TopicReader<>(
            cluster,
            single,
            new StringDeserializer(),
            Serdes.<ModelCall>deserializer(cluster),
            FETCH);
    watch = observatory.watch(producer);
    settleAnswered(sent.loseTheRest());
  }

  /** Where calls are written before they are sent. */
  SentCallLog sent() {
    return sent;
  }

  /**
   * Lost calls of requests that another call has answered, of the same endpoint or of another one:
   * nobody asks these again.
   */
  private void settleAnswered(Set<SentCallLog.Asked> lost) {
    for (SentCallLog.Asked asked : lost) {
      place(asked.request()).ifPresent(place -> settle(asked, fetch(place)));
    }
  }

  private void settle(SentCallLog.Asked asked, ModelCall answer) {
    for (String call : sent.takeLost(asked)) {
      ModelCall event = BilledCall.lost(call, asked.endpoint(), answer);
      entries.add(event);
      store(event);
    }
  }

  @Override
  public Future<Optional<ModelCall>> find(String id) {
    OptionalLong place = place(id);
    if (place.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    Promise<Optional<ModelCall>> found = Promise.promise();
    fetching.execute(
        () -> {
          try {
            found.complete(Optional.of(fetch(place.getAsLong())));
          } catch (RuntimeException e) {
            found.fail(e);
          }
        });
    return found.future();
  }

  @Override
  public Future<Void> store(ModelCall call) {
    return Sending.of(
            producer,
            () -> entries.stamp(EventRecord.of(topic, call.getId(), call, serializer), call))
        .onSuccess(where -> note(call.getId(), where))
        .recover(failure -> Future.failedFuture(named(failure)))
        .mapEmpty();
  }

  /** Reads what other processes have stored since the last time. One thread calls it. */
  void follow() {
    sent.follow();
    followed.catchUp(
        call -> {
          if (entries.add(call)) {
            note(call.key(), call.partition(), call.offset());
          }
        });
  }

  private static Throwable named(Throwable failure) {
    return failure instanceof RecordTooLargeException ? new TooLarge(failure) : failure;
  }

  private void note(String id, RecordMetadata where) {
    note(id, where.partition(), where.offset());
  }

  private void note(String id, int partition, long offset) {
    synchronized (places) {
      if (!places.contains(id)) {
        long place = ((long) partition << OFFSET_BITS) | offset;
        places.put(id, ByteBuffer.allocate(Long.BYTES).putLong(place).array());
      }
    }
  }

  private OptionalLong place(String id) {
    return places.find(id).stream().mapToLong(bytes -> ByteBuffer.wrap(bytes).getLong()).findAny();
  }

  private ModelCall fetch(long place) {
    TopicPartition partition = new TopicPartition(topic, (int) (place >>> OFFSET_BITS));
    long offset = place & ((1L << OFFSET_BITS) - 1);
    List<ModelCall> calls = new ArrayList<>();
    fetcher.start(Map.of(partition, offset));
    fetcher.readTo(Map.of(partition, offset + 1), call -> calls.add(call.value()));
    return calls.get(0);
  }

  @Override
  public void close() {
    watch.close();
    followed.close();
    sent.close();
    producer.close(Duration.ofSeconds(5));
    fetching.execute(fetcher::close);
    fetching.shutdown();
  }
}
