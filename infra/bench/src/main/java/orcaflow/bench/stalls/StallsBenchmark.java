package orcaflow.bench.stalls;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import orcaflow.bench.Benchmark;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Measure;
import orcaflow.bench.Spread;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.continuous.ProblemSource;
import orcaflow.cli.continuous.Supply;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.stall.StallWatch;
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

  private static final double CEILING_SECONDS = 15;
  private static final long PATIENCE_NANOS = 240_000_000_000L;
  private static final int PARTITIONS = 2;
  private static final int PROBLEMS_PER_SECOND = 10;
  private static final int QUESTIONS = 30;
  private static final long PAUSE_NANOS = 200_000_000L;

  private static final String RECIPE =
      """
      name: stalls
      seed: 7
      expansion: { askShare: 0.25, rounds: 1 }
      student: { hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 128, words: 200 }
      rollouts:   { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      labelling: paper-no-synthetic
      iterations:
        - { name: M1, algorithm: sft, rows: 100, steps: 60, batch: 16, learningRate: 3e-3, warmup: 5, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }
      continuous: { name: M, algorithm: kto, rows: 40, share: 0.3, reference: base, steps: 120, batch: 16, learningRate: 3e-5, warmup: 2, schedule: linear, finalFraction: 0.0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16 }
      """;

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
    if (context.wants("source_is_empty")) {
      measures.add(emptySource(context, recipe));
    }
    try (Stack stack = Stack.start(context.work().resolve("stack"));
        ScriptedModel model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
        Gate gate = new Gate("http://127.0.0.1:" + model.start())) {
      Cluster cluster = stack.cluster("stalls");
      TopicCatalogue.apply(cluster, PARTITIONS, 1);
      try (ServiceProcess streams = streams(context.work(), cluster, recipe);
          ServiceProcess trainer = trainer(context.work(), cluster, recipe);
          ServiceProcess agents =
              agents(
                  context.work(),
                  cluster,
                  gate.url(),
                  trainer.said(Pattern.compile("policies on (http://[^,]+),")));
          Feeding feeding = new Feeding(cluster);
          StallWatch watch =
              StallWatch.of(cluster, Optional.of(context.work()), new SimpleMeterRegistry())) {
        context.progress().say("waiting for two policies");
        until(watch, lines -> PolicyLog.of(cluster).newest() >= 2, "two policies");
        long registry = stack.registry().pid();
        measure(
            context,
            measures,
            watch,
            "teacher_answers_429",
            "429",
            () -> gate.shut(true),
            () -> gate.shut(false));
        measure(
            context, measures, watch, "agents_are_frozen", "agents", agents::freeze, agents::thaw);
        measure(
            context,
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
            measures,
            watch,
            "streams_are_frozen",
            "(streams)",
            streams::freeze,
            streams::thaw);
        measure(
            context,
            measures,
            watch,
            "registry_is_away",
            "the schema registry at",
            () -> ServiceProcess.signal("STOP", registry),
            () -> ServiceProcess.signal("CONT", registry));
      }
    }
    return measures;
  }

  private void measure(
      Context context,
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
      double seconds = (System.nanoTime() - began) / 1e9;
      String line = said.stream().filter(named).findFirst().orElseThrow();
      context.progress().say("%s: after %.1f s: %s".formatted(name, seconds, line));
      measures.add(Measure.atMost(CEILING_SECONDS, name + "_seconds", Spread.of(seconds), "s", ""));
    } finally {
      resume.make();
    }
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

  /** A run without a source: the time from its being up. */
  private static Measure emptySource(Context context, Path recipe) throws Exception {
    Path benchmark =
        Files.write(
            context.work().resolve("benchmark.jsonl"),
            Files.readAllLines(BundledFiles.unpack(BundledFiles.BENCHMARK, context.work()))
                .subList(0, QUESTIONS));
    try (ServiceProcess up =
        ServiceProcess.start(
            context.work(),
            List.of(
                "orcaflow.cli.Main",
                "up",
                "--dir=" + context.work().resolve("up"),
                "--recipe=" + recipe,
                "--benchmark=" + benchmark,
                "--validation=" + benchmark),
            Map.of())) {
      up.said(Pattern.compile("(up; Ctrl-C ends it)"));
      long began = System.nanoTime();
      String line = up.said(Pattern.compile("(STALLED .*)"));
      double seconds = (System.nanoTime() - began) / 1e9;
      context.progress().say("source_is_empty: after %.1f s: %s".formatted(seconds, line));
      return Measure.atMost(
          CEILING_SECONDS, "source_is_empty_seconds", Spread.of(seconds), "s", "");
    }
  }

  private static ServiceProcess streams(Path work, Cluster cluster, Path recipe) throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.streams.StreamsMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_STREAMS_ENGINE_STATE_DIR",
            work.resolve("streams").toString()));
  }

  private static ServiceProcess trainer(Path work, Cluster cluster, Path recipe) throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.trainer.TrainerMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_TRAINER_DIR",
            work.resolve("trainer").toString(),
            "ORCAFLOW_TRAINER_TRAIN_OPEN_AFTER_ROWS",
            "50"));
  }

  private static ServiceProcess agents(Path work, Cluster cluster, String model, String student)
      throws Exception {
    return ServiceProcess.service(
        work,
        "orcaflow.agents.AgentsMain",
        cluster,
        Map.of(
            "ORCAFLOW_EXPANSION_ROUNDS",
            "1",
            "ORCAFLOW_AGENTS_ENDPOINTS_AGENTS_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_JUDGE_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_STUDENT_URL",
            student));
  }

  /** Lets in problems of the scripted author until it is closed. */
  private static final class Feeding implements AutoCloseable {

    private final Supply supply;
    private final Thread thread = new Thread(this::feed, "feeding");
    private volatile boolean closing;

    Feeding(Cluster cluster) {
      supply =
          Supply.open(
              cluster,
              Optional.of(new ProblemSource.Scripted(PROBLEMS_PER_SECOND)),
              1,
              sentence -> {});
      thread.setDaemon(true);
      thread.start();
    }

    private void feed() {
      while (!closing) {
        supply.letIn();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    @Override
    public void close() throws InterruptedException {
      closing = true;
      thread.join();
      supply.close();
    }
  }
}
