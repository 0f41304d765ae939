package orcaflow.bench.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.bench.Wire;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;

/**
 * Grade and pair as they run, against the least that Kafka Streams can do for the same pairs, by
 * CPU-seconds of the application's process; and how long it takes to be back with half a million
 * records of state.
 */
public final class StreamsBenchmark implements Benchmark {

  private static final double PAIR_FLOOR = 0.75;
  private static final double TERM_CEILING = 5;
  private static final double KILL_CEILING = 15;
  private static final int PARTITIONS = 2;
  private static final int COMMIT_MILLIS = 150;
  private static final int TURNS = 5;
  private static final int PROBLEMS_IN_TURN = 12_000;

  /** Turns before the first that counts: a pipeline runs for hours, its compiler for a minute. */
  private static final int WARM_UP = 6;

  private static final int RESTARTS = 3;

  /** A solution without rollouts leaves three records: the solution, what is left of it, a mark. */
  private static final int RECORDS_OF_A_SOLUTION = 3;

  private static final int STATE_RECORDS = 500_000;
  private static final List<String> OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public String about() {
    return "grade and pair against a bare join; restarts with 500,000 state records; 4 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    try (Stack stack = Stack.start(context.work().resolve("stack"))) {
      if (context.wants("pair_vs_bare")) {
        pairs(context, stack, measures);
      }
      if (context.wants("restart_term_seconds") || context.wants("restart_kill_seconds")) {
        restarts(context, stack, measures);
      }
    }
    return measures;
  }

  private static void pairs(Context context, Stack stack, List<Measure> measures) throws Exception {
    Cluster ours = stack.cluster("ours");
    Cluster bare = stack.cluster("bare");
    TopicCatalogue.apply(ours, PARTITIONS, 1);
    List<String> topics = new ArrayList<>(BareJoin.inputs(bare.run()));
    topics.add(BareJoin.output(bare.run()));
    Wire.create(bare, topics, PARTITIONS);
    try (Wire wire = new Wire(ours);
        Wire.Output ourPairs = wire.tail(Topics.PREFERENCE_PAIRS.in(ours.run()));
        Wire.Output barePairs = wire.tail(BareJoin.output(bare.run()));
        Partner stages = context.jvm(OurStages.class, OPTIONS);
        Partner join = context.jvm(BareJoin.class, OPTIONS)) {
      stages.ask(question(ours, context.work().resolve("ours")));
      join.ask(question(bare, context.work().resolve("bare")));
      int[] done = {0, 0};
      Context.Run runOurs = () -> rate(stages, ourPairs, () -> writeOurs(wire, ours, done));
      Context.Run runBare = () -> rate(join, barePairs, () -> writeBare(wire, bare, done));
      context.turns("warm-up", WARM_UP, runOurs, runBare);
      Context.Turns turns = context.turns("pair_vs_bare", TURNS, runOurs, runBare);
      String peer = "a join of five tables of strings, Kafka Streams, at least once";
      measures.add(Measure.atLeast(PAIR_FLOOR, "pair_vs_bare", turns.ratio(), "ratio", peer));
      measures.add(Measure.unbounded("pair_ours", turns.ours(), "pairs/CPU-s", peer));
      measures.add(Measure.unbounded("pair_bare", turns.peer(), "pairs/CPU-s", peer));
    }
  }

  /** Pairs per CPU-second of the partner while it works off what is written. */
  private static double rate(Partner partner, Wire.Output output, Runnable write) throws Exception {
    long pairs = Material.pairs(PROBLEMS_IN_TURN);
    double before = partner.cpuSeconds();
    write.run();
    output.await(pairs);
    return pairs / (partner.cpuSeconds() - before);
  }

  private static void writeOurs(Wire wire, Cluster cluster, int[] done) {
    for (int n = done[0]; n < done[0] + PROBLEMS_IN_TURN; n++) {
      Material material = new Material(n);
      wire.event(Topics.TEACHER_SOLUTIONS.in(cluster.run()), material.id(), material.solved());
      wire.event(Topics.STUDENT_ROLLOUTS.in(cluster.run()), material.id(), material.sampled());
    }
    wire.flush();
    done[0] += PROBLEMS_IN_TURN;
  }

  private static void writeBare(Wire wire, Cluster cluster, int[] done) {
    List<String> topics = BareJoin.inputs(cluster.run());
    for (int n = done[1]; n < done[1] + PROBLEMS_IN_TURN; n++) {
      Material material = new Material(n);
      wire.text(topics.get(0), material.id(), material.solution());
      for (int i = 0; i < Material.SAMPLES; i++) {
        wire.text(topics.get(i + 1), material.id(), material.rollout(i));
      }
    }
    wire.flush();
    done[1] += PROBLEMS_IN_TURN;
  }

  private static void restarts(Context context, Stack stack, List<Measure> measures)
      throws Exception {
    Cluster cluster = stack.cluster("restarts");
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    Map<String, String> question = question(cluster, context.work().resolve("restarts"));
    Path log = context.root().resolve("infra/bench/target/logs/restarts.log");
    try (Wire wire = new Wire(cluster);
        Wire.Output rows = wire.tail(Topics.DEMONSTRATIONS.in(cluster.run()))) {
      Service service = new Service(wire, rows, log, question, cluster);
      service.fill(context);
      List<Double> term = new ArrayList<>();
      List<Double> kill = new ArrayList<>();
      for (int i = 0; i < RESTARTS; i++) {
        term.add(service.terminated());
        context.progress().say("SIGTERM to running: %.1f s".formatted(term.get(i)));
        kill.add(service.killed());
        context.progress().say("kill -9 to progress: %.1f s".formatted(kill.get(i)));
      }
      service.close();
      measures.add(
          Measure.atMost(
              TERM_CEILING, "restart_term_seconds", Spread.of(term), "SIGTERM to running", ""));
      measures.add(
          Measure.atMost(
              KILL_CEILING, "restart_kill_seconds", Spread.of(kill), "kill -9 to progress", ""));
    }
  }

  private static Map<String, String> question(Cluster cluster, Path dir) {
    return Map.of(
        "bootstrap", cluster.bootstrap(),
        "registry", cluster.registry(),
        "run", cluster.run(),
        "dir", dir.toString(),
        "commitMillis", Integer.toString(COMMIT_MILLIS));
  }

  /** One service with its state, which goes and comes back. */
  private static final class Service implements AutoCloseable {
    private final Wire wire;
    private final Wire.Output rows;
    private final Path log;
    private final Map<String, String> question;
    private final Cluster cluster;
    private Restarts running;
    private int written;

    Service(Wire wire, Wire.Output rows, Path log, Map<String, String> question, Cluster cluster)
        throws IOException {
      this.wire = wire;
      this.rows = rows;
      this.log = log;
      this.question = question;
      this.cluster = cluster;
      this.running = Restarts.start(log, question);
    }

    void fill(Context context) throws Exception {
      running.awaitReady();
      int wanted = STATE_RECORDS / RECORDS_OF_A_SOLUTION + 1;
      int step = wanted / 20 + 1;
      while (written < wanted) {
        int some = Math.min(step, wanted - written);
        write(some);
        rows.await(some);
        context.progress().show("state", written, OptionalLong.of(wanted), "solutions");
      }
    }

    double terminated() throws Exception {
      long start = System.nanoTime();
      running.terminate();
      running = Restarts.start(log, question);
      running.awaitReady();
      return (System.nanoTime() - start) / 1e9;
    }

    /** The last records before the kill are in a transaction that is not over. */
    double killed() throws Exception {
      write(200);
      long start = System.nanoTime();
      running.kill();
      running = Restarts.start(log, question);
      write(1);
      rows.await(201);
      double seconds = (System.nanoTime() - start) / 1e9;
      running.awaitReady();
      return seconds;
    }

    private void write(int solutions) {
      for (int i = 0; i < solutions; i++) {
        Material material = new Material(written++);
        wire.event(Topics.TEACHER_SOLUTIONS.in(cluster.run()), material.id(), material.solved());
      }
      wire.flush();
    }

    @Override
    public void close() {
      running.close();
    }
  }
}
