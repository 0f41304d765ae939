package orcaflow.bench.ui;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.bench.Shares;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes the topics of a large run without its services; each offset of a topic is an event. */
final class MadeRun implements AutoCloseable {

  private static final int NEW = 100_000_000;

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> producer;

  MadeRun(Cluster cluster) {
    this.cluster = cluster;
    Map<String, Object> settings = ClientSettings.producer(cluster);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    producer = new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster));
  }

  /**
   * Fills the topics.
   *
   * @param events about how many in all
   * @param steps how many of them are training steps
   * @return problems
   */
  int fill(int events, int steps, Progress progress) throws Exception {
    int problems = (events - steps) / MadeFlow.events();
    Shares.of(problems, progress, (first, stride, done) -> flows(first, stride, problems, done));
    producer.flush();
    MadeTraining training = new MadeTraining(rows(), steps);
    for (int step = 0; step < steps; step++) {
      write(Topics.TRAINING_STEPS, training.step(step));
    }
    training.policies(this::write);
    producer.flush();
    return problems;
  }

  private void flows(int first, int stride, int problems, LongAdder done) {
    for (int number = first; number < problems; number += stride) {
      new MadeFlow(number, Instant.ofEpochMilli(1_700_000_000_000L + 100L * number))
          .writeTo(this::write);
      done.increment();
    }
  }

  private Map<TopicPartition, Long> rows() {
    try (TopicReader<String, byte[]> reader =
        TopicReader.bytes(cluster, new StringDeserializer())) {
      reader.startAtBeginning(reader.partitions(Topics.LABELLED_COMPLETIONS.in(cluster.run())));
      return Map.copyOf(reader.logEnds());
    }
  }

  <T extends SpecificRecord> void write(Topic<T> topic, T event) {
    producer.send(new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event));
  }

  /**
   * A new candidate, sent at once.
   *
   * @param number different for each
   */
  void candidate(int number) {
    new MadeFlow(NEW + number, Instant.now()).candidate(this::write);
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
