package orcaflow.bench.kills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.SmallRecipe;
import orcaflow.bench.Spread;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.Endpoints;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/**
 * A run without an end whose process, broker and services in one, is killed (SIGKILL) at random
 * times for twenty minutes, and started again each time. Then it works off what is there, and its
 * topics say whether a row was lost or trained twice, and how old the rows were.
 */
public final class KillsBenchmark implements Benchmark {

  /** So that the same can be tried quickly. */
  private static final int KILLS = Integer.getInteger("orcaflow.bench.kills", 25);

  private static final int SEED = 1;
  private static final int SHORTEST_LIFE_SECONDS = 10;
  private static final int LONGEST_LIFE_SECONDS = 86;
  private static final Duration WORKING_OFF = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Pattern IS_UP = Pattern.compile("(up; Ctrl-C ends it)");
  private static final int MAX_AGE = 1;

  /**
   * Each row once: one pass in every iteration, and rows of the newest two policies alone. The
   * teacher's answers to an iteration's problems are enough to open it: rollouts of such a student
   * are cut and undecided.
   */
  private static final String RECIPE = SmallRecipe.kto("kills", 1, 60, MAX_AGE);

  @Override
  public String name() {
    return "kills";
  }

  @Override
  public String about() {
    return "a run is killed %d times and continued: rows lost, rows twice; about %d minutes"
        .formatted(KILLS, 1 + KILLS);
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    Path dir = context.work().resolve("up");
    Path recipe = Files.writeString(context.work().resolve("kills.yaml"), RECIPE);
    Random random = new Random(SEED);
    context.progress().show("kills", 0, OptionalLong.of(KILLS), "kills");
    for (int kill = 1; kill <= KILLS; kill++) {
      try (ServiceProcess up = start(context, dir, recipe, "--source=scripted:10/s")) {
        up.live(Duration.ofSeconds(random.nextInt(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS)));
      }
      context.progress().show("kills", kill, OptionalLong.of(KILLS), "kills");
    }
    try (ServiceProcess up = start(context, dir, recipe)) {
      up.said(IS_UP);
      Endpoints found = Endpoints.read(dir).orElseThrow();
      Cluster cluster = new Cluster(found.bootstrap(), found.registry(), found.run());
      return measures(context, cluster, workOff(context, up, new Flow(cluster)));
    }
  }

  private static ServiceProcess start(Context context, Path dir, Path recipe, String... more)
      throws IOException {
    return ServiceProcess.start(
        context.work(), ServiceProcess.up(context.work(), dir, recipe, more), Map.of());
  }

  /** Waits until every input has an outcome; what has none after a while is lost. */
  private static Map<String, Long> workOff(Context context, ServiceProcess up, Flow flow)
      throws IOException, InterruptedException, CannotMeasure {
    long deadline = System.nanoTime() + WORKING_OFF.toNanos();
    Map<String, Long> open = flow.open();
    while (!open.isEmpty() && System.nanoTime() < deadline) {
      context.progress().say("works off what is left: " + open);
      up.live(LOOK);
      open = flow.open();
    }
    return open;
  }

  private static List<Measure> measures(Context context, Cluster cluster, Map<String, Long> open) {
    List<Policy> policies = CommittedTopic.all(cluster, Topics.POLICIES);
    TrainedRows rows =
        new TrainedRows(
            CommittedTopic.all(cluster, Topics.ITERATIONS),
            CommittedTopic.all(cluster, Topics.TRAINING_STEPS));
    Flow flow = new Flow(cluster);
    Map<String, Long> twice = flow.twice();
    long passedOver =
        rows.passedOver(flow.places(List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS)));
    context.progress().say("inputs without an outcome: " + open);
    context.progress().say("events twice: " + twice);
    return List.of(
        Measure.atLeast(KILLS, "kills", Spread.of(KILLS), "kills", ""),
        none("inputs_lost", sum(open), "inputs"),
        none("events_twice", sum(twice), "events"),
        none("rows_trained_twice", rows.twice(), "rows"),
        none("rows_trained_unlisted", rows.unlisted(), "rows"),
        none("rows_passed_over", passedOver, "rows"),
        none("steps_without_record", rows.missingSteps(policies), "steps"),
        Measure.atMost(MAX_AGE, "oldest_row", Spread.of(rows.oldest()), "policies", ""),
        Measure.unbounded("policies", Spread.of(policies.size()), "policies", ""),
        Measure.unbounded("rows_trained", Spread.of(rows.trained()), "rows", ""));
  }

  private static Measure none(String name, long found, String unit) {
    return Measure.atMost(0, name, Spread.of(found), unit, "");
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
