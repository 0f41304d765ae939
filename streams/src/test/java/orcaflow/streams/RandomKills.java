package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Processes of the service that end with {@code kill -9} at a random moment. One of four ends while
 * it starts, three end after they began to write, whether or not that is committed. How long a
 * start takes depends on the machine, so a process that is timed from its launch mostly ends before
 * it does anything. Counts the kills at work: after the first record and before the last input is
 * processed.
 */
final class RandomKills {

  /** Longest time from the first record that a process writes to its end. */
  private static final int WORK_MILLIS = Integer.getInteger("orcaflow.kills.life", 400);

  /** Longest time from the launch to the end of a process that ends while it starts. */
  private static final int START_MILLIS = 2500;

  private static final int ONE_IN_ITS_START = 4;
  private static final Duration GLANCE = Duration.ofMillis(10);
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final Cluster cluster;
  private final List<Topic<?>> inputs;
  private final List<Topic<?>> outputs;
  private final Random random;
  private int kills;
  private int atWork;
  private int idle;

  /**
   * @param inputs topics that plain producers write, and the service reads
   * @param outputs topics that show that the service works
   */
  RandomKills(Cluster cluster, List<Topic<?>> inputs, List<Topic<?>> outputs, long seed) {
    this.cluster = cluster;
    this.inputs = inputs;
    this.outputs = outputs;
    this.random = new Random(seed);
  }

  /** Starts a process of the service. */
  @FunctionalInterface
  interface Start {
    Process launch() throws Exception;
  }

  /** Starts a process and kills it; its inputs are written before. */
  void runOnce(Start start) throws Exception {
    boolean inItsStart = kills % ONE_IN_ITS_START == ONE_IN_ITS_START - 1;
    kills++;
    try (KafkaConsumer<byte[], byte[]> output = consumer()) {
      List<TopicPartition> partitions = partitions(output, outputs);
      output.assign(partitions);
      output.seekToEnd(partitions);
      partitions.forEach(output::position);
      Process service = start.launch();
      boolean began = !inItsStart && writes(output, service);
      // The time decides where the process ends; it is no wait for anything.
      int rest = 1 + random.nextInt(began ? WORK_MILLIS : START_MILLIS);
      boolean ended = service.waitFor(rest, TimeUnit.MILLISECONDS);
      assertThat(ended).as("the service gave up by itself").isFalse();
      began = began || !output.poll(GLANCE).isEmpty();
      service.destroyForcibly().onExit().join();
      boolean left = inputsLeft(output);
      atWork += began && left ? 1 : 0;
      idle += began && !left ? 1 : 0;
    }
  }

  /** Where the kills fell, in a sentence. */
  String summary() {
    return "%d of %d kills fell between first record and last input, %d after that, %d before any record"
        .formatted(atWork, kills, idle, kills - atWork - idle);
  }

  private static boolean writes(KafkaConsumer<?, ?> output, Process service) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (service.isAlive() && System.nanoTime() < deadline) {
      if (!output.poll(GLANCE).isEmpty()) {
        return true;
      }
    }
    assertThat(service.isAlive()).as("the service runs").isTrue();
    return false;
  }

  /** Whether there is an input after the last one that is committed. */
  private boolean inputsLeft(KafkaConsumer<?, ?> consumer)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(settings())) {
      Map<TopicPartition, OffsetAndMetadata> done =
          admin
              .listConsumerGroupOffsets(cluster.named("streams"))
              .partitionsToOffsetAndMetadata()
              .get();
      return consumer.endOffsets(partitions(consumer, inputs)).entrySet().stream()
          .anyMatch(
              end ->
                  end.getValue() > 0
                      && (done.get(end.getKey()) == null
                          || done.get(end.getKey()).offset() < end.getValue()));
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, List<Topic<?>> topics) {
    return topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic.in(cluster.run())).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  /** A consumer that also sees records of open transactions. */
  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Map<String, Object> settings() {
    return cluster.clientSettings();
  }
}
