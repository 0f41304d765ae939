package orcaflow.bench.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Partner;
import orcaflow.bench.Wire;
import orcaflow.bench.streams.Material;
import orcaflow.bench.streams.OurStages;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;

/**
 * The time from a group of rollouts to its preference pairs, as a committed read sees them, at a
 * rate that does not wait for them (an open loop): a group's time counts from when it was due.
 */
final class EventToPair {

  /** Of four rollouts each. */
  private static final int GROUPS_PER_SECOND = 250;

  private static final int WARM_UP_SECONDS = 90;
  private static final int SECONDS = 30;
  private static final long NANOS = 1_000_000_000L;
  private static final double NANOS_OF_A_MILLI = 1e6;
  private static final int PARTITIONS = 2;
  private static final Duration LINGER = Duration.ofMillis(2);
  private static final List<String> OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

  private EventToPair() {}

  /** Milliseconds of each pair. */
  static double[] milliseconds(Context context, Stack stack) throws Exception {
    Cluster cluster = stack.cluster("loop");
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    int warmUp = WARM_UP_SECONDS * GROUPS_PER_SECOND;
    List<Material> groups = new ArrayList<>();
    for (int n = 0; n < warmUp + SECONDS * GROUPS_PER_SECOND; n++) {
      groups.add(new Material(n));
    }
    try (Wire wire = new Wire(cluster, LINGER);
        Wire.Output solved = wire.tail(Topics.DEMONSTRATIONS.in(cluster.run()));
        Wire.Output pairs = wire.tail(Topics.PREFERENCE_PAIRS.in(cluster.run()));
        Partner stages = context.jvm(OurStages.class, OPTIONS)) {
      stages.ask(
          Map.of(
              "bootstrap", cluster.bootstrap(),
              "registry", cluster.registry(),
              "run", cluster.run(),
              "dir", context.work().resolve("loop").toString()));
      context.progress().show("solutions", 0, OptionalLong.of(groups.size()), "solutions");
      groups.forEach(
          group ->
              wire.event(Topics.TEACHER_SOLUTIONS.in(cluster.run()), group.id(), group.solved()));
      wire.flush();
      solved.await(groups.size());
      measured("warm-up", context, wire, cluster, pairs, groups.subList(0, warmUp));
      return measured(
          "open loop", context, wire, cluster, pairs, groups.subList(warmUp, groups.size()));
    }
  }

  private static double[] measured(
      String phase,
      Context context,
      Wire wire,
      Cluster cluster,
      Wire.Output pairs,
      List<Material> groups)
      throws InterruptedException, CannotMeasure {
    long start = System.nanoTime();
    Map<String, Long> due = new HashMap<>();
    long wanted = 0;
    for (int i = 0; i < groups.size(); i++) {
      due.put(groups.get(i).id(), start + i * NANOS / GROUPS_PER_SECOND);
      wanted += groups.get(i).pairs();
    }
    Thread writer =
        new Thread(() -> groups.forEach(group -> write(wire, cluster, group, due.get(group.id()))));
    writer.start();
    List<Double> milliseconds = new ArrayList<>();
    OptionalLong all = OptionalLong.of(wanted);
    pairs.await(
        wanted,
        problem -> {
          milliseconds.add((System.nanoTime() - due.get(problem)) / NANOS_OF_A_MILLI);
          context.progress().show(phase, milliseconds.size(), all, "pairs");
        });
    writer.join();
    return milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void write(Wire wire, Cluster cluster, Material group, long due) {
    for (long left; (left = due - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
    wire.event(Topics.STUDENT_ROLLOUTS.in(cluster.run()), group.id(), group.sampled());
  }
}
