package orcaflow.bench.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.bench.MadeProblem;
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
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    LongAdder done = new LongAdder();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> shares = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        shares.add(pool.submit(() -> fill(cluster, first, threads, problems, done)));
      }
      pool.shutdown();
      while (!pool.awaitTermination(500, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        progress.show("filling", done.sum(), OptionalLong.of(problems), "problems");
      }
      for (Future<?> share : shares) {
        share.get();
      }
    } finally {
      pool.shutdownNow();
    }
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
