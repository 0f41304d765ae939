package orcaflow.bench.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.SmallRecipe;
import orcaflow.bench.Spread;
import orcaflow.cli.run.Endpoints;
import orcaflow.schemas.Cluster;

/**
 * What a run without an end takes after 1, 2 and 3 hours of events, which the scripted author makes
 * faster than they would come: how long a start takes until it is up and lets the next problems in,
 * and the memory, threads and files of the process, broker included.
 */
public final class HistoryBenchmark implements Benchmark {

  /** So that the same can be tried quickly. */
  private static final int HOURS = Integer.getInteger("orcaflow.bench.hours", 3);

  private static final int PROBLEMS_OF_AN_HOUR =
      Integer.getInteger("orcaflow.bench.problems", 36_000);
  private static final int PROBLEMS_PER_SECOND = 120;

  /** On two cores, once all its stages have it. */
  private static final int PROBLEMS_WORKED_OFF_A_MINUTE = 2_500;

  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Until what was begun before the start is done, and the process does what it always does. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  private static final Duration WORKING_OFF = Duration.ofMinutes(30);
  private static final int LITTLE = 1_000;
  private static final double MOST_SECONDS = 15;
  private static final double MOST_HEAP = 1.2;
  private static final Pattern IS_UP = Pattern.compile("(up; Ctrl-C ends it)");
  private static final Pattern LETS_IN = Pattern.compile("([1-9][\\d,]*) problems let in");

  private static final String RECIPE = SmallRecipe.kto("history", 2, 400, 1);

  @Override
  public String name() {
    return "history";
  }

  @Override
  public String about() {
    return "start, memory, threads and files of a run after 0 to %d h of events; about %d minutes"
        .formatted(HOURS, 2 + (long) HOURS * PROBLEMS_OF_AN_HOUR / PROBLEMS_WORKED_OFF_A_MINUTE);
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    Path recipe = Files.writeString(context.work().resolve("history.yaml"), RECIPE);
    Path dir = context.work().resolve("up");
    List<Measure> measures = new ArrayList<>();
    long problems = 0;
    double firstHeap = 0;
    for (int hour = 0; hour <= HOURS; hour++) {
      problems = make(context, dir, recipe, problems, (long) hour * PROBLEMS_OF_AN_HOUR);
      Footprint after = start(context, dir, recipe);
      context.progress().say("%,d problems: %s".formatted(problems, after));
      firstHeap = hour == 1 ? after.heapMebibytes() : firstHeap;
      add(measures, hour, after);
      if (hour == HOURS && hour > 1) {
        measures.add(
            Measure.atMost(
                MOST_HEAP,
                "heap_%dh_vs_1h".formatted(hour),
                Spread.of(after.heapMebibytes() / firstHeap),
                "ratio",
                ""));
      }
    }
    return measures;
  }

  private static void add(List<Measure> measures, int hour, Footprint after) {
    String at = "_%dh".formatted(hour);
    measures.add(
        Measure.atMost(
            MOST_SECONDS, "restart_seconds" + at, Spread.of(after.upSeconds()), "s", ""));
    measures.add(unbounded("offsets" + at, after.offsets(), "offsets"));
    measures.add(unbounded("let_in_seconds" + at, after.letInSeconds(), "s"));
    measures.add(unbounded("heap" + at, after.heapMebibytes(), "MiB"));
    measures.add(unbounded("resident" + at, after.residentMebibytes(), "MiB"));
    measures.add(unbounded("threads" + at, after.threads(), "threads"));
    measures.add(unbounded("open_files" + at, after.openFiles(), "files"));
    measures.add(unbounded("on_disk" + at, after.diskMebibytes(), "MiB"));
  }

  private static Measure unbounded(String name, double value, String unit) {
    return Measure.unbounded(name, Spread.of(value), unit, "");
  }

  /**
   * Lets problems in until the run has as many as wanted.
   *
   * @return how many it has
   */
  private static long make(Context context, Path dir, Path recipe, long there, long wanted)
      throws IOException, InterruptedException, ExecutionException, CannotMeasure {
    if (there >= wanted) {
      return there;
    }
    long more = 0;
    try (ServiceProcess up =
        up(context, dir, recipe, "--source=scripted:%d/s".formatted(PROBLEMS_PER_SECOND))) {
      up.said(IS_UP);
      while (there + more < wanted) {
        up.live(LOOK);
        more = up.last(LETS_IN).map(HistoryBenchmark::number).orElse(0L);
        context.progress().show("making events", there + more, OptionalLong.of(wanted), "problems");
      }
      up.stop();
    }
    workOff(context, dir, recipe);
    return there + more;
  }

  /** A start with much to do says nothing of the history. */
  private static void workOff(Context context, Path dir, Path recipe)
      throws IOException, InterruptedException, ExecutionException, CannotMeasure {
    try (ServiceProcess up = up(context, dir, recipe)) {
      up.said(IS_UP);
      Cluster cluster = cluster(dir);
      long deadline = System.nanoTime() + WORKING_OFF.toNanos();
      for (long lag = LITTLE; lag >= LITTLE && System.nanoTime() < deadline; ) {
        up.live(LOOK);
        lag = Backlog.of(cluster);
        context
            .progress()
            .show("working off", 0, OptionalLong.empty(), "%,d inputs left".formatted(lag));
      }
      up.stop();
    }
  }

  private static Cluster cluster(Path dir) throws IOException {
    Endpoints found = Endpoints.read(dir).orElseThrow();
    return new Cluster(found.bootstrap(), found.registry(), found.run());
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  private static Footprint start(Context context, Path dir, Path recipe)
      throws IOException, InterruptedException, ExecutionException, CannotMeasure {
    long began = System.nanoTime();
    try (ServiceProcess up = up(context, dir, recipe, "--source=scripted:10/s")) {
      up.said(IS_UP);
      double upSeconds = (System.nanoTime() - began) / 1e9;
      up.said(LETS_IN);
      double letInSeconds = (System.nanoTime() - began) / 1e9;
      up.live(SETTLING);
      Footprint found =
          Footprint.of(up.pid(), dir, upSeconds, letInSeconds, Offsets.of(cluster(dir)));
      up.stop();
      return found;
    }
  }

  private static ServiceProcess up(Context context, Path dir, Path recipe, String... more)
      throws IOException {
    return ServiceProcess.start(
        context.work(), ServiceProcess.up(context.work(), dir, recipe, more), Map.of());
  }
}
