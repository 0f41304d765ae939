package orcaflow.bench.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.bench.Benchmark;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;

/**
 * SFT against plain PyTorch, KTO against TRL, both from the same weights on the same batches at one
 * thread, by CPU-seconds; and whether native memory grows.
 */
public final class TrainerBenchmark implements Benchmark {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 1;
  private static final double SFT_FLOOR = 0.95;
  private static final double KTO_FLOOR = 1.3;
  private static final double SAME_LOSS = 1e-4;
  private static final int LOSS_STEPS = 200;
  private static final double GROWTH_CEILING = 1.02;
  private static final List<String> OUR_OPTIONS =
      List.of("-Xmx1g", "-XX:+UseSerialGC", "-Dorcaflow.torch.threads=" + THREADS);

  /**
   * The Java heap whole from the beginning, so that only native memory can grow; free pages of the
   * C heap go back to the system as they do under the front door.
   */
  private static final List<String> STEADY_HEAP =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:TrimNativeHeapInterval=10000",
          "-Xms64m",
          "-Xmx64m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-Dorcaflow.torch.threads=" + THREADS);

  /** How long a comparison is. */
  private record Length(int warmup, int turns, int stepsInTurn) {
    int steps() {
      return warmup + turns * stepsInTurn;
    }
  }

  @Override
  public String name() {
    return "trainer";
  }

  @Override
  public String about() {
    return "training steps against PyTorch and TRL, losses compared, memory; about 8 minutes";
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    for (Size size : Size.COMPARED) {
      sft(context, size, measures);
    }
    for (Size size : Size.COMPARED) {
      kto(context, size, measures);
    }
    ktoLosses(context, Size.MIDDLE, measures);
    memory(context, measures);
    return measures;
  }

  private static void sft(Context context, Size size, List<Measure> measures) throws Exception {
    String name = "sft_vs_torch_" + size.label();
    if (!context.wants(name)) {
      return;
    }
    StudentConfig config = size.config();
    Length length = size == Size.SMALL ? new Length(4, 5, 4) : new Length(1, 5, 1);
    List<Row> rows = Row.ofLength(config, 16 * 4, config.contextLength(), 1);
    Task task = task(context, size, "sft", rows, 16, 1e-4, length, true);
    Compared compared = compare(context, name, task, length, "sft_torch");
    measures.add(
        Measure.atLeast(SFT_FLOOR, name, compared.turns().ratio(), "ratio", compared.peer()));
    measures.add(
        Measure.unbounded(
            name + "_ours", compared.turns().ours(), "tokens/CPU-s", compared.peer()));
    measures.add(difference("sft_loss_difference_" + size.label(), compared));
  }

  private static void kto(Context context, Size size, List<Measure> measures) throws Exception {
    for (boolean checkpointing : new boolean[] {true, false}) {
      String name = "kto_vs_trl_" + size.label() + (checkpointing ? "" : "_kept_activations");
      if (!context.wants(name)) {
        continue;
      }
      Length length =
          size == Size.SMALL
              ? new Length(4, checkpointing ? 7 : 3, checkpointing ? 28 : 8)
              : new Length(1, checkpointing ? 5 : 2, 2);
      List<Row> rows =
          Row.random(
              size.config(),
              8 * Math.min(200, length.steps()),
              new Row.Lengths(40, 80),
              new Row.Lengths(8, 90),
              2);
      Task task = task(context, size, "kto", rows, 8, 2e-5, length, checkpointing);
      Compared compared = compare(context, name, task, length, "kto_trl");
      Spread ratio = compared.turns().ratio();
      if (checkpointing) {
        measures.add(Measure.atLeast(KTO_FLOOR, name, ratio, "ratio", compared.peer()));
        measures.add(
            Measure.unbounded(
                name + "_ours", compared.turns().ours(), "examples/CPU-s", compared.peer()));
        String part = compared.steps() < LOSS_STEPS ? "_long_rows" : "";
        measures.add(difference("kto_loss_difference_" + size.label() + part, compared));
      } else {
        measures.add(
            Measure.unbounded(
                name, ratio, "ratio", compared.peer() + ", gradient_checkpointing=False"));
      }
    }
  }

  /**
   * Losses of more steps than the timed comparison can take: on short rows, and both sides at a
   * time, as nothing is timed.
   */
  private static void ktoLosses(Context context, Size size, List<Measure> measures)
      throws Exception {
    String name = "kto_loss_difference_" + size.label();
    if (!context.wants(name)) {
      return;
    }
    Length length = new Length(0, 10, LOSS_STEPS / 10);
    List<Row> rows =
        Row.random(
            size.config(), 8 * LOSS_STEPS, new Row.Lengths(8, 16), new Row.Lengths(4, 20), 4);
    Task task = task(context, size, "kto", rows, 8, 2e-5, length, true);
    try (Partner ours = context.jvm(OurLearner.class, OUR_OPTIONS);
        Partner theirs = context.peer("kto_trl")) {
      theirs.send(task);
      ours.ask(task);
      String label = theirs.answer().get("peer").asText();
      List<Double> mine = new ArrayList<>();
      List<Double> other = new ArrayList<>();
      for (int turn = 1; turn <= length.turns(); turn++) {
        theirs.send(Map.of("steps", length.stepsInTurn()));
        rate(ours, length.stepsInTurn(), mine);
        read(theirs.answer(), other);
        context
            .progress()
            .show(
                name,
                turn * (long) length.stepsInTurn(),
                OptionalLong.of(length.steps()),
                "steps; largest difference %.2g".formatted(largest(mine, other)));
      }
      measures.add(
          difference(
              name, new Compared(Optional.empty(), label, largest(mine, other), mine.size())));
    }
  }

  /** A tiny student: a leak of a graph a step would show in any. */
  private static void memory(Context context, List<Measure> measures) throws Exception {
    if (!context.wants("memory_growth")) {
      return;
    }
    Length length = new Length(0, 100, 50);
    List<Row> rows =
        Row.random(Size.TINY.config(), 8 * 50, new Row.Lengths(4, 12), new Row.Lengths(2, 12), 3);
    Task task = task(context, Size.TINY, "kto", rows, 8, 1e-4, length, false);
    double early = 0;
    try (Partner ours = context.jvm(OurLearner.class, STEADY_HEAP)) {
      ours.ask(task);
      for (int part = 1; part <= length.turns(); part++) {
        rate(ours, length.stepsInTurn(), new ArrayList<>());
        if (part == length.turns() / 10) {
          early = ours.residentBytes();
        }
        context
            .progress()
            .show(
                "memory_growth",
                part * (long) length.stepsInTurn(),
                OptionalLong.of(length.steps()),
                "steps; %.1f MB".formatted(ours.residentBytes() / 1e6));
      }
      double growth = ours.residentBytes() / early;
      measures.add(
          Measure.atMost(
              GROWTH_CEILING, "memory_growth", Spread.of(growth), "after 5,000 / after 500", ""));
      measures.add(
          Measure.unbounded("memory_after_500", Spread.of(early / 1e6), "MB resident", ""));
    }
  }

  /**
   * What a comparison gave.
   *
   * @param timed if it was
   * @param difference largest absolute difference of the two losses of a step
   */
  private record Compared(
      Optional<Context.Turns> timed, String peer, double difference, int steps) {
    Context.Turns turns() {
      return timed.orElseThrow();
    }
  }

  private static Measure difference(String name, Compared compared) {
    double value = compared.difference();
    return Measure.atMost(
        SAME_LOSS,
        name,
        new Spread(value, value, value, compared.steps()),
        "largest of the steps",
        compared.peer());
  }

  private static Compared compare(
      Context context, String name, Task task, Length length, String peer) throws Exception {
    try (Partner ours = context.jvm(OurLearner.class, OUR_OPTIONS);
        Partner theirs = context.peer(peer)) {
      ours.ask(task);
      String label = theirs.ask(task).get("peer").asText();
      List<Double> mine = new ArrayList<>();
      List<Double> other = new ArrayList<>();
      rate(ours, length.warmup(), mine);
      rate(theirs, length.warmup(), other);
      Context.Turns turns =
          context.turns(
              name,
              length.turns(),
              () -> rate(ours, length.stepsInTurn(), mine),
              () -> rate(theirs, length.stepsInTurn(), other));
      return new Compared(Optional.of(turns), label, largest(mine, other), mine.size());
    }
  }

  /** Difference of the two losses of a step, where it is largest. */
  private static double largest(List<Double> mine, List<Double> other) {
    double largest = 0;
    for (int step = 0; step < mine.size(); step++) {
      largest = Math.max(largest, Math.abs(mine.get(step) - other.get(step)));
    }
    return largest;
  }

  /** Units per CPU-second of the next steps, whose losses are added to the list. */
  private static double rate(Partner side, int steps, List<Double> losses) throws Exception {
    return read(side.ask(Map.of("steps", steps)), losses);
  }

  private static double read(JsonNode answer, List<Double> losses) {
    answer.get("losses").forEach(loss -> losses.add(loss.asDouble()));
    return answer.get("units").asDouble() / answer.get("cpu").asDouble();
  }

  private static Task task(
      Context context,
      Size size,
      String kind,
      List<Row> rows,
      int batch,
      double rate,
      Length length,
      boolean checkpointing)
      throws IOException {
    Path folder = Files.createDirectories(context.work().resolve(size.label()));
    size.config().write(folder.resolve("config.json"));
    Safetensors.write(folder.resolve("model.safetensors"), Weights.random(size.config(), 1));
    Path file = folder.resolve(kind + ".json");
    JSON.writeValue(file.toFile(), rows);
    return new Task(
        kind,
        folder.toString(),
        file.toString(),
        batch,
        rate,
        length.steps(),
        THREADS,
        checkpointing);
  }
}
