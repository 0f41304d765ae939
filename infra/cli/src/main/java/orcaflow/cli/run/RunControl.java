package orcaflow.cli.run;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orcaflow.events.Closing;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.Fencing;
import orcaflow.schemas.recipe.IterationSpec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes what is decided for a run: its settings, and that an iteration is opened on exactly these
 * records. One transactional id for each run, so that a second process fences the first and nothing
 * of a killed one arrives late.
 */
public final class RunControl implements AutoCloseable {

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> producer;

  public RunControl(Cluster cluster) {
    this.cluster = cluster;
    producer =
        new KafkaProducer<>(
            ClientSettings.transactionalProducer(cluster, "front-door"),
            new StringSerializer(),
            Serdes.serializer(cluster));
    producer.initTransactions();
  }

  /** Writes those entries of the run log that are not there yet. */
  public void log(List<RunLogEntry> entries, RunSnapshot snapshot) {
    List<RunLogEntry> fresh = entries.stream().filter(e -> !snapshot.isLogged(e.getId())).toList();
    if (!fresh.isEmpty()) {
      send(Topics.RUN_LOG, fresh);
    }
  }

  /** Writes the settings of a plan to the run log, where they are not there yet. */
  public static void logSettings(Cluster cluster, RunPlan plan) throws IOException {
    RunLog log = RunLog.of(cluster);
    List<RunLogEntry> fresh = plan.entries().stream().filter(entry -> !log.has(entry)).toList();
    if (!fresh.isEmpty()) {
      try (RunControl control = new RunControl(cluster)) {
        control.send(Topics.RUN_LOG, fresh);
      }
    }
  }

  /** An entry of the run log, made now. */
  public static RunLogEntry entry(String kind, String name, String text, String hash) {
    return new RunLogEntry(
        Ids.runLogEntry(kind, name, hash), kind, name, hash, text, Instant.now());
  }

  /** Opens an iteration (from 1) on all records of its data topic up to now. */
  public void open(int number, IterationSpec step, String recipeId)
      throws ExecutionException, InterruptedException {
    send(
        Topics.ITERATIONS,
        List.of(
            new Iteration(
                Ids.iteration(cluster.run(), step.name()),
                number,
                step.name(),
                step.algorithm(),
                recipeId,
                ranges(step.topic()),
                Instant.now())));
  }

  /** Says that an iteration (from 1) will have no other groups than these. */
  public void close(int number, OpenGroups open) {
    send(
        Topics.CLOSINGS,
        List.of(
            new Closing(
                Ids.closing(cluster.run(), number),
                number,
                open.groups().size(),
                open.groups().digest(),
                open.completions(),
                Instant.now())));
  }

  private List<OffsetRange> ranges(Topic<?> topic) throws ExecutionException, InterruptedException {
    String name = topic.in(cluster.run());
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      int partitions =
          admin.describeTopics(List.of(name)).allTopicNames().get().get(name).partitions().size();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int partition = 0; partition < partitions; partition++) {
        ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
      }
      return admin
          .listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .map(e -> new OffsetRange(name, e.getKey().partition(), 0L, e.getValue().offset()))
          .sorted(java.util.Comparator.comparingInt(OffsetRange::getPartition))
          .toList();
    }
  }

  /** Takes over policies of another run with what is known of them, all or nothing. */
  public void adopt(List<Policy> policies, List<Evaluation> evaluations) {
    commit(
        () -> {
          write(Topics.POLICIES, policies);
          write(Topics.EVALUATIONS, evaluations);
        });
  }

  private <T extends SpecificRecord> void send(Topic<T> topic, List<T> events) {
    commit(() -> write(topic, events));
  }

  private void commit(Runnable writes) {
    try {
      producer.beginTransaction();
      writes.run();
      producer.commitTransaction();
    } catch (KafkaException e) {
      throw Fencing.isReasonOf(e)
          ? new IllegalStateException(
              "another command has started on run '%s' and taken over".formatted(cluster.run()), e)
          : e;
    }
  }

  private <T extends SpecificRecord> void write(Topic<T> topic, List<T> events) {
    for (T event : events) {
      producer.send(
          new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event));
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
