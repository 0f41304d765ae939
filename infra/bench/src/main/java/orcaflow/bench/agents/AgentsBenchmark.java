package orcaflow.bench.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.stack.Stack;

/**
 * The stage {@code solve} as it runs, topics in and out, against bare clients that make the same
 * calls and keep nothing. Every call takes a second at the endpoint, so the bare clients are as
 * fast as their connections permit; what is missing of that is what the stage costs.
 */
public final class AgentsBenchmark implements Benchmark {

  private static final double RAW_FLOOR = 0.90;
  private static final double FAULTY_FLOOR = 0.85;
  private static final double CPU_CEILING_MICROS = 400;
  private static final double FIRST_CEILING_SECONDS = 0.3;
  private static final int FEW = 256;
  private static final int MANY = 1000;
  private static final int FIRST_CALLS = 9;

  /** So that the same can be tried quickly. */
  private static final int ROUNDS = Integer.getInteger("orcaflow.bench.rounds", 20);

  private static final int WARM_UP_CALLS = Integer.getInteger("orcaflow.bench.warmup", 40_000);

  /** At 256 calls in flight code warms up slowly; after 40,000 calls C2 had most of the CPU. */
  private static final int LONG_WARM_UP_CALLS =
      Integer.getInteger("orcaflow.bench.warmup.long", 120_000);

  private static final int TURNS = Integer.getInteger("orcaflow.bench.turns", 3);

  /** Held inputs for each call in flight: what waits behind the endpoint, and what is stored. */
  static final int BATCH = Integer.getInteger("orcaflow.bench.batch", 4);

  @Override
  public String name() {
    return "agents";
  }

  @Override
  public String about() {
    return "calls of a stage against bare Vert.x and asyncio clients; about 27 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    try (Stack stack = Stack.start(context.work().resolve("stack"));
        Partner model = context.jvm(SlowModel.class, List.of("-Xmx512m", "-XX:+UseSerialGC"))) {
      if (context.wants("first_call_seconds")) {
        firstCall(context, stack, model, measures);
      }
      if (context.wants("calls_vs_raw_256") || context.wants("cpu_us_per_call")) {
        calls(context, stack, model, FEW, measures);
      }
      if (context.wants("calls_vs_raw_1000")) {
        calls(context, stack, model, MANY, measures);
      }
      if (context.wants("calls_vs_raw_faulty")) {
        faulty(context, stack, model, measures);
      }
    }
    return measures;
  }

  private static void calls(
      Context context, Stack stack, Partner model, int concurrency, List<Measure> measures)
      throws Exception {
    try (Race race =
        new Race(context, stack, "raw-" + concurrency, url(model, "plain"), concurrency)) {
      String name = "calls_vs_raw_" + concurrency;
      int calls = ROUNDS * concurrency;
      Context.Turns cold =
          context.turns(name + "_cold", 1, () -> race.ours(calls), () -> race.bare(calls));
      race.warmUp((concurrency == FEW ? LONG_WARM_UP_CALLS : WARM_UP_CALLS) - calls, calls);
      Context.Turns turns =
          context.turns(name, TURNS, () -> race.ours(calls), () -> race.bare(calls));
      Spread micros = race.cpuMicros(TURNS);
      measures.add(Measure.atLeast(RAW_FLOOR, name, turns.ratio(), "ratio", race.peers()));
      measures.add(Measure.unbounded(name + "_cold", cold.ratio(), "ratio", race.peers()));
      measures.add(Measure.unbounded(name + "_ours", turns.ours(), "calls/s", race.peers()));
      String cpu = concurrency == FEW ? "cpu_us_per_call" : "cpu_us_per_call_" + concurrency;
      measures.add(
          concurrency == FEW
              ? Measure.atMost(CPU_CEILING_MICROS, cpu, micros, "CPU-us", "")
              : Measure.unbounded(cpu, micros, "CPU-us", ""));
      measures.add(
          Measure.unbounded(cpu + "_bare", race.bareCpuMicros(TURNS), "CPU-us of bare Vert.x", ""));
    }
  }

  private static void faulty(Context context, Stack stack, Partner model, List<Measure> measures)
      throws Exception {
    try (Race race = new Race(context, stack, "faulty", url(model, "faulty"), FEW)) {
      String name = "calls_vs_raw_faulty";
      int calls = ROUNDS * FEW;
      race.warmUp(WARM_UP_CALLS, calls);
      race.bare(calls);
      Context.Turns turns =
          context.turns(name, TURNS, () -> race.ours(calls), () -> race.bare(calls));
      measures.add(Measure.atLeast(FAULTY_FLOOR, name, turns.ratio(), "ratio", race.peers()));
    }
  }

  /** From before a problem is written until the endpoint has the call, in a stage that waits. */
  private static void firstCall(Context context, Stack stack, Partner model, List<Measure> measures)
      throws Exception {
    List<Double> seconds = new ArrayList<>();
    double fresh;
    try (Race race = new Race(context, stack, "first", url(model, "plain"), FEW)) {
      fresh = untilCalled(model, race);
      race.ours(FEW);
      for (int i = 0; i < FIRST_CALLS; i++) {
        Thread.sleep(2000 + 137L * i);
        seconds.add(untilCalled(model, race));
        context.progress().show("first_call_seconds", i + 1, OptionalLong.of(FIRST_CALLS), "calls");
      }
    }
    measures.add(
        Measure.atMost(
            FIRST_CEILING_SECONDS,
            "first_call_seconds",
            Spread.of(seconds),
            "problem to call",
            ""));
    measures.add(
        Measure.unbounded(
            "first_call_seconds_fresh", Spread.of(fresh), "the first after the start", ""));
  }

  private static double untilCalled(Partner model, Race race) throws Exception {
    model.ask(Map.of("ask", "arm"));
    long written = race.writeOne();
    long called = model.ask(Map.of("ask", "first")).get("micros").asLong();
    race.awaitOne();
    return (called - written) / 1e6;
  }

  private static String url(Partner model, String port) throws CannotMeasure {
    int number = model.ask(Map.of("ask", "ports")).get(port).asInt();
    return "http://127.0.0.1:" + number;
  }
}
