package orcaflow.bench.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.trainer.torch.Precision;

/** What {@code ./orcaflow plan} works out, beside what a learner's process really grew by. */
public final class PlanBenchmark implements Benchmark {

  /** A plan may count too little as far as the tenth of the device that it leaves free. */
  private static final double LEAST = 0.9;

  /** Without a floor in bfloat16, where the CPU's library has buffers of its own. */
  private static final Set<Measured> COMPARED = EnumSet.complementOf(EnumSet.of(Measured.WARM));

  /** Few arenas: how much freed memory an allocator keeps is not what is measured. */
  private static final List<String> STEADY_HEAP =
      List.of(
          "-Xms1g",
          "-Xmx1g",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-Dorcaflow.torch.threads=1");

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String about() {
    return "memory as planned / memory as a step takes it on the CPU; about 2 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    for (Measured measured : COMPARED) {
      String name = "planned_" + measured.name().toLowerCase(Locale.ROOT);
      if (context.wants(name)) {
        try (Partner child = context.jvm(OneStep.class, STEADY_HEAP)) {
          JsonNode answer = child.ask(Map.of("measured", measured.name()));
          double planned = answer.path("planned").asDouble(Double.NaN);
          double grown = answer.path("grown").asDouble(Double.NaN);
          Spread ratio = Spread.of(planned / grown);
          measures.add(
              measured.precision() == Precision.FLOAT32
                  ? Measure.atLeast(LEAST, name, ratio, "ratio", "the process")
                  : Measure.unbounded(name, ratio, "ratio", "the process"));
          measures.add(
              Measure.unbounded(name + "_mb", Spread.of(grown / 1e6), "MB grown", "the process"));
        }
      }
    }
    return measures;
  }
}
