package orcaflow.bench.loop;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Percentile;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.SmallRecipe;
import orcaflow.bench.Spread;
import orcaflow.cli.run.Endpoints;
import orcaflow.schemas.Cluster;
import orcaflow.stack.Stack;

/**
 * The times of the loop: from rollouts to pairs in an open loop, from a policy until requests get
 * it, and which share of the time the samplers and the trainer wait.
 */
public final class LoopBenchmark implements Benchmark {

  private static final String EVENT_TO_PAIR = "event_to_pair_p99_ms";
  private static final String SWITCH = "policy_switch_p99_ms";
  private static final double MOST_TO_PAIR = 250;
  private static final double MOST_TO_SWITCH = 200;
  private static final double MOST_IDLE = 0.10;
  private static final double P99 = 0.99;

  /** So that one of a hundred is not the slowest of all, which is always the first one. */
  private static final int POLICIES = Integer.getInteger("orcaflow.bench.policies", 120);

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Pattern POLICY = Pattern.compile("\\] M(\\d+) is there");

  private static final String RECIPE = SmallRecipe.kto("loop", 2, 400, 1);

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public String about() {
    return "rollouts to pairs, policy to samplers, who waits; about 13 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    if (context.wants(EVENT_TO_PAIR)) {
      pairs(context, measures);
    }
    if (context.wants(SWITCH)) {
      steady(context, measures);
    }
    return measures;
  }

  private static void pairs(Context context, List<Measure> measures) throws Exception {
    try (Stack stack = Stack.start(context.work().resolve("stack"))) {
      double[] milliseconds = EventToPair.milliseconds(context, stack);
      measures.add(
          Measure.atMost(
              MOST_TO_PAIR, EVENT_TO_PAIR, Spread.of(Percentile.of(P99, milliseconds)), "ms", ""));
      measures.add(Measure.unbounded("event_to_pair_ms", Spread.of(milliseconds), "ms", ""));
    }
  }

  private static void steady(Context context, List<Measure> measures) throws Exception {
    Path recipe = Files.writeString(context.work().resolve("loop.yaml"), RECIPE);
    Path dir = context.work().resolve("up");
    List<String> arguments =
        ServiceProcess.up(context.work(), dir, recipe, "--source=scripted:20/s");
    try (ServiceProcess up = ServiceProcess.start(context.work(), arguments, Map.of())) {
      for (long there = 0; there < POLICIES; ) {
        up.live(LOOK);
        there = up.last(POLICY).map(Long::parseLong).orElse(0L);
        context.progress().show("steady state", there, OptionalLong.of(POLICIES), "policies");
      }
      Endpoints found = Endpoints.read(dir).orElseThrow();
      LoopEvents events =
          LoopEvents.of(new Cluster(found.bootstrap(), found.registry(), found.run()));
      String metrics = SwitchTimes.exposed(URI.create(found.urls().get("trainer metrics")));
      SwitchTimes switches = SwitchTimes.parse(metrics, "orcaflow_policy_switch");
      SwitchTimes firstRequests = SwitchTimes.parse(metrics, "orcaflow_policy_first_request");
      up.stop();
      double sampler = events.samplerIdle();
      double trainer = events.trainerIdle();
      measures.add(
          Measure.atMost(MOST_TO_SWITCH, SWITCH, Spread.of(switches.p99Millis()), "ms", ""));
      measures.add(
          Measure.unbounded(
              "policy_switch_median_ms", Spread.of(switches.medianMillis()), "ms", ""));
      measures.add(
          Measure.unbounded("policy_switch_max_ms", Spread.of(switches.maxMillis()), "ms", ""));
      measures.add(
          Measure.unbounded(
              "policy_first_request_p99_ms", Spread.of(firstRequests.p99Millis()), "ms", ""));
      measures.add(
          Measure.unbounded("policies_switched", Spread.of(switches.count()), "policies", ""));
      measures.add(
          Measure.unbounded("policy_first_call_ms", Spread.of(events.firstCalls()), "ms", ""));
      measures.add(
          Measure.atMost(
              MOST_IDLE,
              "bottleneck_idle_share",
              Spread.of(Math.min(sampler, trainer)),
              "share",
              ""));
      measures.add(Measure.unbounded("sampler_idle_share", Spread.of(sampler), "share", ""));
      measures.add(Measure.unbounded("trainer_idle_share", Spread.of(trainer), "share", ""));
    }
  }
}
