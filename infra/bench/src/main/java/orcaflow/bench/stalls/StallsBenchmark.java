package orcaflow.bench.stalls;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.ServiceProcess;
import orcaflow.bench.SmallRecipe;
import orcaflow.bench.Spread;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.run.Part;
import orcaflow.cli.stall.StallWatch;
import orcaflow.events.StageOutcome;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.stack.scripted.ScriptedModel;
import org.apache.avro.specific.SpecificRecord;

/**
 * A run without an end whose parts are stopped one after the other: what a watch says, and after
 * how many seconds. Services are processes of their own, so that each can be frozen alone.
 */
public final class StallsBenchmark implements Benchmark {

  static final double CEILING_SECONDS = 15;
  private static final long PATIENCE_NANOS = 240_000_000_000L;
  private static final int PARTITIONS = 2;

  private static final List<String> OF_SERVICES =
      List.of(
          "teacher_answers_429",
          "agents_are_frozen",
          "trainer_is_frozen",
          "streams_are_frozen",
          "registry_is_away");

  private static final String RECIPE =
      SmallRecipe.of(
          "stalls",
          1,
          """
          iterations:
            - { name: M1, algorithm: sft, rows: 100, steps: 60, batch: 16, learningRate: 3e-3, warmup: 5, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }
          continuous: { name: M, algorithm: kto, rows: 40, share: 0.3, reference: base, steps: 120, batch: 16, learningRate: 3e-5, warmup: 2, schedule: linear, finalFraction: 0.0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16 }
          """);

  private final List<String> said = new ArrayList<>();

  @Override
  public String name() {
    return "stalls";
  }

  @Override
  public String about() {
    return "parts of a run are stopped one by one: seconds until it is said why; about 5 minutes";
  }

  private interface Change {
    void make() throws Exception;
  }

  @Override
  public List<Measure> run(Context context) throws Exception {
    List<Measure> measures = new ArrayList<>();
    Path recipe = Files.writeString(context.work().resolve("stalls.yaml"), RECIPE);
    UpStalls up = new UpStalls(context, recipe);
    if (context.wants("source_is_empty")) {
      measures.add(up.emptySource());
    }
    if (context.wants("disk_is_nearly_full")) {
      measures.add(up.fullDisk());
    }
    if (OF_SERVICES.stream().anyMatch(context::wants)) {
      ofServices(context, recipe, measures);
    }
    return measures;
  }

  private void ofServices(Context context, Path recipe, List<Measure> measures) throws Exception {
    try (Stack stack = Stack.start(context.work().resolve("stack"));
        ScriptedModel model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
        Gate gate = new Gate("http://127.0.0.1:" + model.start())) {
      Cluster cluster = stack.cluster("stalls");
      TopicCatalogue.apply(cluster, PARTITIONS, 1);
      try (ServiceProcess streams = SeparateServices.streams(context.work(), cluster, recipe);
          ServiceProcess trainer = SeparateServices.trainer(context.work(), cluster, recipe);
          ServiceProcess agents =
              SeparateServices.agents(
                  context.work(),
                  cluster,
                  gate.url(),
                  trainer.said(Pattern.compile("policies on (http://[^,]+),")));
          Feeding feeding = new Feeding(cluster, context.work().resolve("source"));
          StallWatch watch =
              StallWatch.of(cluster, Optional.of(context.work()), new SimpleMeterRegistry())) {
        context.progress().say("waiting for two policies");
        until(watch, lines -> PolicyLog.of(cluster).newest() >= 2, "two policies");
        long registry = stack.registry().pid();
        measure(
            context,
            cluster,
            measures,
            watch,
            "teacher_answers_429",
            "429",
            () -> gate.shut(true),
            () -> gate.shut(false));
        measure(
            context,
            cluster,
            measures,
            watch,
            "agents_are_frozen",
            "agents",
            agents::freeze,
            agents::thaw);
        measure(
            context,
            cluster,
            measures,
            watch,
            "trainer_is_frozen",
            "STALLED the trainer",
            () -> {
              awaitStep(cluster);
              trainer.freeze();
            },
            trainer::thaw);
        measure(
            context,
            cluster,
            measures,
            watch,
            "streams_are_frozen",
            "(streams)",
            streams::freeze,
            streams::thaw);
        measure(
            context,
            cluster,
            measures,
            watch,
            "registry_is_away",
            "the schema registry at",
            () -> ServiceProcess.signal("STOP", registry),
            () -> ServiceProcess.signal("CONT", registry));
      }
    }
  }

  private void measure(
      Context context,
      Cluster cluster,
      List<Measure> measures,
      StallWatch watch,
      String name,
      String expected,
      Change stop,
      Change resume)
      throws Exception {
    if (!context.wants(name)) {
      return;
    }
    until(watch, StallsBenchmark::allMove, "everything moves");
    Thread.sleep(3_000);
    said.clear();
    stop.make();
    long began = System.nanoTime();
    try {
      Predicate<String> named = line -> line.startsWith("STALLED") && line.contains(expected);
      until(watch, lines -> lines.stream().anyMatch(named), expected);
      double sinceStop = (System.nanoTime() - began) / 1e9;
      String line = said.stream().filter(named).findFirst().orElseThrow();
      double seconds = Math.min(sinceStop, secondsSinceOutcome(cluster, part(line)));
      context
          .progress()
          .say(
              "%s: %.1f s after the stop, %.1f s after the last outcome: %s"
                  .formatted(name, sinceStop, seconds, line));
      measures.add(Measure.atMost(CEILING_SECONDS, name + "_seconds", Spread.of(seconds), "s", ""));
    } finally {
      resume.make();
    }
  }

  /**
   * Since the last outcome of a part of the agents: one that is refused answers still finishes what
   * needs none. Without an end for other parts, which count from their stop.
   */
  private static double secondsSinceOutcome(Cluster cluster, String part) {
    Set<String> stages =
        Arrays.stream(Part.values())
            .filter(each -> each.toString().equals(part))
            .flatMap(each -> each.stages().stream())
            .collect(Collectors.toSet());
    if (stages.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    AtomicLong last = new AtomicLong();
    try (TopicReader<String, StageOutcome> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(Topics.STAGE_OUTCOMES.in(cluster.run())));
      reader.readTo(
          reader.committedEnds(),
          record -> {
            if (stages.contains(record.value().getStage())) {
              last.accumulateAndGet(record.timestamp(), Math::max);
            }
          });
    }
    return (System.currentTimeMillis() - last.get()) / 1e3;
  }

  /** Every part that was said to stand is said to move again. */
  private static boolean allMove(List<String> lines) {
    Set<String> standing = new HashSet<>();
    for (String line : lines) {
      if (line.startsWith("STALLED ")) {
        standing.add(part(line));
      } else {
        standing.remove(part(line));
      }
    }
    return standing.isEmpty();
  }

  private static String part(String line) {
    return line.replaceFirst("^STALLED ", "").replaceFirst(":.*", "");
  }

  private void until(StallWatch watch, Predicate<List<String>> holds, String what)
      throws InterruptedException, CannotMeasure {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      watch.say(said::add);
      if (holds.test(said)) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new CannotMeasure("%s: not so within 240 s; said was %s".formatted(what, said));
      }
      Thread.sleep(100);
    }
  }

  /** Waits until an iteration is in its first steps. */
  private static void awaitStep(Cluster cluster) throws InterruptedException {
    try (TopicReader<String, SpecificRecord> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(Topics.TRAINING_STEPS.in(cluster.run())));
      reader.start(reader.committedEnds());
      AtomicBoolean first = new AtomicBoolean();
      while (!first.get()) {
        reader.poll(
            Duration.ofMillis(100),
            record ->
                first.compareAndSet(
                    false,
                    record.value() instanceof TrainingStep step
                        && step.getStep() < step.getSteps() / 2));
      }
    }
  }
}
