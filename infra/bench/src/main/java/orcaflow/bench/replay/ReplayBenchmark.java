package orcaflow.bench.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Spread;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.cli.replay.History;
import orcaflow.cli.replay.HistorySelector;
import orcaflow.cli.replay.Relabel;
import orcaflow.schemas.Cluster;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.pair.Labelling;

/**
 * Labelling 200,000 problems again, on the embedded broker: 800,000 graded rollouts in groups of
 * four and 200,000 teacher solutions, a million records of data, under the policy that the paper
 * calls teacher-only. Twice, and the second time must give the same bytes.
 */
public final class ReplayBenchmark implements Benchmark {

  private static final double CEILING_SECONDS = 60;
  private static final int PARTITIONS = 4;
  private static final int RUNS = 2;
  private static final String POLICY = "teacher-only";

  /** So that the same can be tried quickly. */
  private static final int PROBLEMS = Integer.getInteger("orcaflow.bench.problems", 200_000);

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public String about() {
    return "labelling 200,000 problems again on the embedded broker, twice; about 4 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    try (Stack stack = Stack.start(context.work().resolve("stack"))) {
      Cluster history = stack.cluster("history");
      TopicCatalogue.apply(history, PARTITIONS, 1);
      Filling.fill(history, PROBLEMS, context.progress());
      List<Double> seconds = new ArrayList<>();
      List<Double> cpuSeconds = new ArrayList<>();
      List<Written> written = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        Cluster target = stack.cluster("exp-" + run);
        TopicCatalogue.apply(target, PARTITIONS, 1);
        double before = Context.cpuSeconds();
        seconds.add(relabel(context, history, target));
        cpuSeconds.add(Context.cpuSeconds() - before);
        written.add(Written.in(target, PARTITIONS));
        context
            .progress()
            .say(
                "%.1f s, %.1f CPU-s: %s, %,d bytes, hash %s"
                    .formatted(
                        seconds.get(run),
                        cpuSeconds.get(run),
                        written.get(run).records(),
                        written.get(run).bytes(),
                        written.get(run).hash().substring(0, 12)));
      }
      if (!written.get(1).equals(written.get(0))) {
        throw new CannotMeasure("the second replay gave other bytes than the first: " + written);
      }
      return List.of(
          Measure.atMost(CEILING_SECONDS, "relabel_seconds", Spread.of(seconds), "s", ""),
          Measure.unbounded("relabel_cpu_seconds", Spread.of(cpuSeconds), "CPU-s", ""),
          Measure.unbounded("relabel_rows", Spread.of(written.get(0).rows()), "rows", ""));
    }
  }

  private static double relabel(Context context, Cluster history, Cluster target) throws Exception {
    long began = System.nanoTime();
    Relabel.run(
        history,
        target,
        History.of(
            history,
            new HistorySelector.Whole(),
            new VersionStore(context.work().resolve("datasets"))),
        Labelling.named(POLICY),
        (phase, read, total) ->
            context
                .progress()
                .show(target.run() + " " + phase, read, OptionalLong.of(total), "offsets"));
    return (System.nanoTime() - began) / 1e9;
  }
}
