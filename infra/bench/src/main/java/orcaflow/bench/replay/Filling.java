package orcaflow.bench.replay;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.bench.MadeProblem;
import orcaflow.bench.Shares;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Fills the topics of a run as the stages would, only faster; not part of what is measured. */
final class Filling {

  private static final int TOGETHER = 5000;

  private Filling() {}

  static void fill(Cluster cluster, int problems, Progress progress) throws Exception {
    Shares.of(
        problems, progress, (first, stride, done) -> fill(cluster, first, stride, problems, done));
  }

  private static void fill(Cluster cluster, int first, int stride, int problems, LongAdder done) {
    Map<String, Object> settings =
        ClientSettings.transactionalProducer(cluster, "filling-" + first);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    try (KafkaProducer<String, SpecificRecord> producer =
        new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster))) {
      producer.initTransactions();
      producer.beginTransaction();
      int waiting = 0;
      for (int number = first; number < problems; number += stride) {
        MadeProblem problem = new MadeProblem(number);
        send(producer, cluster, Topics.TEACHER_SOLUTIONS, problem.solution());
        send(producer, cluster, Topics.GRADED_ROLLOUTS, problem.group());
        done.increment();
        if (++waiting == TOGETHER) {
          producer.commitTransaction();
          producer.beginTransaction();
          waiting = 0;
        }
      }
      producer.commitTransaction();
    }
  }

  private static <T extends SpecificRecord> void send(
      KafkaProducer<String, SpecificRecord> producer, Cluster cluster, Topic<T> topic, T event) {
    producer.send(new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event));
  }
}
