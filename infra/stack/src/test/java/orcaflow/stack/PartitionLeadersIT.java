package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class PartitionLeadersIT {

  private static final int TOPICS = 60;
  private static final int PARTITIONS = 3;

  @Test
  void newTopicsTakeTheFirstRecordAtOnce() throws Exception {
    Cluster cluster = SharedStack.get().cluster("leaders");
    List<String> topics =
        IntStream.range(0, TOPICS).mapToObj(i -> cluster.named("topic-" + i)).toList();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      admin
          .createTopics(topics.stream().map(t -> new NewTopic(t, PARTITIONS, (short) 1)).toList())
          .all()
          .get();
      PartitionLeaders.await(
          admin, topics.stream().collect(Collectors.toMap(Function.identity(), t -> PARTITIONS)));
    }
    assertThat(refusedAtFirst(cluster, topics)).isEmpty();
  }

  @Test
  void aTopicThatNobodyKnowsYetIsWaitedFor() throws Exception {
    Cluster cluster = SharedStack.get().cluster("later");
    String topic = cluster.named("topic");
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      CompletableFuture<Void> created =
          CompletableFuture.runAsync(
              () -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))),
              CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
      PartitionLeaders.await(admin, Map.of(topic, 1));
      created.get();
    }
    assertThat(refusedAtFirst(cluster, List.of(topic))).isEmpty();
  }

  /** Of a producer that tries each record once. */
  private static List<String> refusedAtFirst(Cluster cluster, List<String> topics)
      throws InterruptedException {
    List<String> refused = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                cluster.bootstrap(),
                "enable.idempotence",
                false,
                "retries",
                0),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (String topic : topics) {
        int partitions = producer.partitionsFor(topic).size();
        for (int partition = 0; partition < partitions; partition++) {
          sent.add(producer.send(new ProducerRecord<>(topic, partition, null, "first")));
        }
      }
      for (Future<?> each : sent) {
        try {
          each.get();
        } catch (ExecutionException e) {
          refused.add(e.getCause().toString());
        }
      }
    }
    return refused;
  }
}
