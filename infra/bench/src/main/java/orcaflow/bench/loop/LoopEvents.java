package orcaflow.bench.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orcaflow.events.Iteration;
import orcaflow.events.ModelCall;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the events of a run say of its loop. Times are milliseconds of the machine's clock: those of
 * records, which their writers set, and those of calls.
 */
final class LoopEvents {

  private final Map<Integer, Long> opened = new HashMap<>();
  private final Map<Integer, Long> published = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, Long> firstCalls = new HashMap<>();
  private final Busy sampler = new Busy();

  void opened(Iteration iteration, long time) {
    opened.putIfAbsent(iteration.getNumber(), time);
  }

  void published(Policy policy, long time) {
    published.putIfAbsent(policy.getIteration(), time);
    versions.putIfAbsent(policy.getVersion(), time);
  }

  /** A call of the samplers: which policy answered, from when to when. */
  void called(ModelCall call) {
    if (call.getStage().equals(Stages.SAMPLE)) {
      long end = call.getTime().toEpochMilli();
      long start = end - call.getLatencyMillis();
      firstCalls.merge(call.getServedBy(), start, Math::min);
      sampler.add(start, end);
    }
  }

  static LoopEvents of(Cluster cluster) {
    LoopEvents events = new LoopEvents();
    read(cluster, Topics.ITERATIONS, row -> events.opened(row.value(), row.timestamp()));
    read(cluster, Topics.POLICIES, row -> events.published(row.value(), row.timestamp()));
    read(cluster, Topics.MODEL_CALLS, row -> events.called(row.value()));
    return events;
  }

  private static <T extends SpecificRecord> void read(
      Cluster cluster, Topic<T> topic, Consumer<ConsumerRecord<String, T>> take) {
    try (TopicReader<String, T> events = TopicReader.events(cluster)) {
      events.startAtBeginning(events.partitions(topic.in(cluster.run())));
      events.readTo(events.committedEnds(), take::accept);
    }
  }

  /**
   * For each policy but the first, which nobody waits for, the milliseconds from its event to the
   * start of the first call that it answered; below 0 where a call that had begun waited at the
   * server.
   */
  List<Double> firstCalls() {
    long first = versions.values().stream().mapToLong(Long::longValue).min().orElse(0);
    List<Double> waits = new ArrayList<>();
    versions.forEach(
        (version, time) -> {
          if (time > first && firstCalls.containsKey(version)) {
            waits.add((double) firstCalls.get(version) - time);
          }
        });
    return waits;
  }

  /** From the second policy to the last. */
  Busy.Span window() {
    long[] times = published.values().stream().mapToLong(Long::longValue).sorted().toArray();
    if (times.length < 3) {
      throw new IllegalStateException("the run has %d policies, not 3".formatted(times.length));
    }
    return new Busy.Span(times[1], times[times.length - 1]);
  }

  int policies() {
    return published.size();
  }

  /** The share of the window without a call of the samplers in flight. */
  double samplerIdle() {
    return sampler.idleShare(window());
  }

  /** The share of the window without an iteration that is open and has no policy yet. */
  double trainerIdle() {
    Busy trainer = new Busy();
    published.forEach(
        (iteration, time) -> {
          if (opened.containsKey(iteration)) {
            trainer.add(opened.get(iteration), time);
          }
        });
    return trainer.idleShare(window());
  }
}
