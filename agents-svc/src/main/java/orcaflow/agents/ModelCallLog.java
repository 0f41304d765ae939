package orcaflow.agents;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orcaflow.agents.model.CallLog;
import orcaflow.agents.stage.Clients;
import orcaflow.agents.stage.IdTable;
import orcaflow.agents.stage.Tail;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Model calls in the topic {@code model-calls}. In memory is only where each is; a stored answer is
 * fetched from there when it is asked for again, which happens after a restart and seldom else.
 */
final class ModelCallLog implements CallLog, AutoCloseable {

  private static final Duration FETCH = Duration.ofSeconds(30);
  private static final int OFFSET_BITS = 48;

  private final String topic;
  private final Serializer<ModelCall> serializer;
  private final Deserializer<ModelCall> deserializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> fetcher;
  private final ExecutorService fetching =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "model-calls"));
  private final IdTable places = new IdTable();
  private final MetricsBinding watch;

  /** Reads the topic to its end. */
  ModelCallLog(Cluster cluster, MonitoringServer observatory) {
    topic = Topics.MODEL_CALLS.in(cluster.run());
    serializer = Serdes.serializer(cluster.registry());
    deserializer = Serdes.deserializer(cluster.registry());
    try (Tail tail = new Tail(cluster, Topics.MODEL_CALLS)) {
      tail.catchUp(
          call ->
              note(
                  new String(call.key(), StandardCharsets.UTF_8), call.partition(), call.offset()));
    }
    producer =
        new KafkaProducer<>(
            Clients.producer(cluster), new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> single = Clients.tail(cluster);
    single.put("max.poll.records", "1");
    single.put("max.partition.fetch.bytes", "65536");
    fetcher = new KafkaConsumer<>(single, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    watch = observatory.watch(producer);
  }

  @Override
  public Future<Optional<ModelCall>> find(String id) {
    OptionalLong place;
    synchronized (places) {
      place = places.find(id);
    }
    if (place.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    Promise<Optional<ModelCall>> found = Promise.promise();
    fetching.execute(
        () -> {
          try {
            found.complete(Optional.of(fetch(place.getAsLong())));
          } catch (KafkaException e) {
            found.fail(e);
          }
        });
    return found.future();
  }

  @Override
  public Future<Void> store(ModelCall call) {
    Promise<Void> stored = Promise.promise();
    byte[] key = call.getId().getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(
          new ProducerRecord<>(topic, key, serializer.serialize(topic, call)),
          (where, failure) -> {
            if (failure == null) {
              note(call.getId(), where);
              stored.complete();
            } else {
              stored.fail(failure);
            }
          });
    } catch (KafkaException e) {
      stored.fail(e);
    }
    return stored.future();
  }

  private void note(String id, RecordMetadata where) {
    note(id, where.partition(), where.offset());
  }

  private void note(String id, int partition, long offset) {
    synchronized (places) {
      places.putIfAbsent(id, ((long) partition << OFFSET_BITS) | offset);
    }
  }

  private ModelCall fetch(long place) {
    TopicPartition partition = new TopicPartition(topic, (int) (place >>> OFFSET_BITS));
    long offset = place & ((1L << OFFSET_BITS) - 1);
    fetcher.assign(List.of(partition));
    fetcher.seek(partition, offset);
    long deadline = System.nanoTime() + FETCH.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : fetcher.poll(Duration.ofMillis(500))) {
        return deserializer.deserialize(topic, record.value());
      }
    }
    throw new TimeoutException("%s at %d could not be fetched".formatted(partition, offset));
  }

  @Override
  public void close() {
    watch.close();
    producer.close(Duration.ofSeconds(5));
    fetching.execute(fetcher::close);
    fetching.shutdown();
  }
}
