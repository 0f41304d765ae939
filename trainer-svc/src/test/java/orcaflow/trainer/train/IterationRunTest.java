package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.Rig;
import orcaflow.trainer.Students;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Dpo;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.Objectives;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.torch.Precision;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IterationRunTest {

  private static final Recipe RECIPE = Rig.recipe(12, ", guard: -5");

  private static final Recipe ADAPTING =
      Rig.recipe(12, ", guard: -5, lora: { rank: 4, alpha: 8, targets: [q_proj, down_proj] }");

  enum Algorithm {
    SFT,
    KTO,
    DPO,
    KTO_OF_AN_ADAPTER,
    KTO_IN_BFLOAT16
  }

  /** With 1 it is killed after each step; less often here, as that takes a while. */
  private static final int KILL_EVERY = Integer.getInteger("orcaflow.kill.every", 5);

  /** Checkpoints are written when the run stops. */
  private static final TrainerConfig.Checkpointing NEVER =
      new TrainerConfig.Checkpointing(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);

  private static final Iteration ITERATION =
      Iteration.newBuilder()
          .setId("run/M1")
          .setNumber(1)
          .setName("M1")
          .setAlgorithm("sft")
          .setRecipe("small@test")
          .setRanges(List.of(new OffsetRange("run.demonstrations", 0, 0L, 60L)))
          .setTime(Instant.EPOCH)
          .build();

  @TempDir Path dir;

  /** Without checkpoints. */
  @TempDir Path none;

  @ParameterizedTest
  @EnumSource
  void continuesFromACheckpointAsIfNothingHadHappened(Algorithm algorithm) {
    TrainingPlan plan = plan(algorithm);
    List<Double> losses = new ArrayList<>();
    TrainingResult through = run(plan, done -> losses.add(done.result().loss()));

    Checkpoints checkpoints = new Checkpoints(dir, 2);
    List<Double> again = new ArrayList<>();
    StepListener listener = done -> again.add(done.result().loss());
    stopAfter(7, plan, checkpoints, listener);
    Checkpoint checkpoint = checkpoints.newest(plan.hash()).orElseThrow();
    TrainingResult resumed = run(plan, checkpoints, listener);

    assertThat(checkpoint.head().published()).hasSize(7);
    assertThat(again).isEqualTo(losses).hasSize(12);
    assertThat(resumed.weights().hash()).isEqualTo(through.weights().hash());
    assertThat(resumed.step()).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource(names = {"KTO", "DPO"})
  void whateverStepItIsKilledAtTheBitsAreThoseOfTheUndisturbedRun(Algorithm algorithm) {
    TrainingPlan plan = plan(algorithm);
    List<StepListener.Done> done = new ArrayList<>();
    String through = run(plan, listener(done, List.of())).weights().hash();
    assertThat(done.stream().mapToInt(d -> d.rows().length).sum())
        .as("rows come again")
        .isGreaterThan(2 * plan.data().rows());
    for (int killed = 1; killed < 12; killed += KILL_EVERY) {
      int at = killed;
      Checkpoints checkpoints = new Checkpoints(dir.resolve("at-" + at), 1);
      stopAfter(at, plan, checkpoints, d -> {});
      Checkpoint checkpoint = checkpoints.newest(plan.hash()).orElseThrow();
      assertThat(checkpoint.head().step()).isEqualTo(at);
      assertThat(checkpoint.reference().orElseThrow().known()).isPositive();
      AtomicInteger known = new AtomicInteger();
      IterationRun resumed = IterationRun.of(plan, checkpoints, NEVER, d -> {});
      TrainingResult result =
          resumed.run(
              () -> {
                known.set(resumed.checkpoint().reference().orElseThrow().known());
                return false;
              });
      assertThat(result.weights().hash()).as("killed after step " + at).isEqualTo(through);
      assertThat(known).hasValue(plan.data().compared());
    }
  }

  @Test
  void aCheckpointOfBeforeTheReferenceWasKeptContinues() throws IOException {
    TrainingPlan plan = plan(Algorithm.DPO);
    List<Double> losses = new ArrayList<>();
    run(plan, done -> losses.add(done.result().loss()));

    Checkpoints checkpoints = new Checkpoints(dir, 1);
    stopAfter(7, plan, checkpoints, done -> {});
    Path folder = dir.resolve(folder(7));
    Files.delete(folder.resolve("reference.f64"));
    String sums = Files.readString(folder.resolve("SHA256SUMS"));
    assertThat(sums).contains("reference.f64");
    Files.writeString(folder.resolve("SHA256SUMS"), sums.replaceAll(".*reference.f64\\n", ""));

    Checkpoint older = checkpoints.newest(plan.hash()).orElseThrow();
    assertThat(older.reference()).isEmpty();
    List<Double> rest = new ArrayList<>();
    run(plan, checkpoints, done -> rest.add(done.result().loss()));
    assertThat(rest).hasSize(5);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i)).isCloseTo(losses.get(7 + i), within(1e-5));
    }
  }

  @Test
  void withoutAReferenceTheCheckpointHasNone() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 1);
    checkpoints.write(checkpoint(begun(plan(Algorithm.SFT)), 5, "plan"));
    assertThat(dir.resolve(folder(5)).resolve("reference.f64")).doesNotExist();
  }

  @Test
  void startsAtTheLossOfAPolicyThatIsItsReference() {
    List<Double> losses = new ArrayList<>();
    run(plan(Algorithm.KTO), done -> losses.add(done.result().loss()));

    assertThat(losses.get(0)).isBetween(0.5, 0.58);
  }

  @Test
  void aCheckpointIsOfUseInItsOwnPrecisionOnly() {
    TrainingPlan wide = plan(Algorithm.KTO);
    TrainingPlan half = plan(Algorithm.KTO_IN_BFLOAT16);
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    checkpoints.write(checkpoint(begun(wide), 0, wide.hash()));

    assertThat(checkpoints.newest(half.hash())).isEmpty();
    assertThat(checkpoints.newest(plan(Algorithm.KTO).hash())).isPresent();
  }

  @Test
  void ofAnAdapterTheCheckpointHoldsOnlyWhatLearns() {
    TrainingPlan plan = plan(Algorithm.KTO_OF_AN_ADAPTER);
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    IterationRun training = IterationRun.of(plan, checkpoints, NEVER, done -> {});
    TrainingResult result =
        training.run(
            () -> {
              if (training.step() == 11) {
                checkpoints.write(training.checkpoint());
              }
              return false;
            });

    Checkpoint checkpoint = checkpoints.newest(plan.hash()).orElseThrow();
    assertThat(checkpoint.learner().weights().names())
        .hasSize(8)
        .allMatch(n -> n.contains("lora_"));
    assertThat(checkpoint.best().orElseThrow().names()).hasSize(8);
    Adapter adapter = result.adapter().orElseThrow();
    assertThat(result.weights().hash())
        .isEqualTo(adapter.merged(plan.config(), plan.start()).hash())
        .isNotEqualTo(plan.start().hash());
  }

  @Test
  void anAdapterThatCollapsesAtOnceLeavesTheStart() {
    Recipe recipe = Rig.recipe(12, ", guard: 0.5, lora: { rank: 4, alpha: 8, targets: [q_proj] }");
    TrainingPlan plan = plan(Algorithm.KTO, recipe);
    TrainingResult result = run(plan, done -> {});

    assertThat(result.collapsed()).isPresent();
    assertThat(result.adapter()).isEmpty();
    assertThat(result.weights().hash()).isEqualTo(plan.start().hash());
  }

  @Test
  void batchesThatCannotBeLearntAreSetAsideAndTrainingContinues() {
    TrainingPlan plan = spoilt(plan(Algorithm.SFT));
    List<StepListener.SetAside> aside = new ArrayList<>();
    List<StepListener.Done> done = new ArrayList<>();
    TrainingResult through = run(plan, listener(done, aside));

    assertThat(through.step()).isEqualTo(12);
    assertThat(through.collapsed()).isEmpty();
    assertThat(done).extracting(StepListener.Done::result).extracting(StepResult::step).hasSize(12);
    assertThat(aside).isNotEmpty().allMatch(a -> a.reason().equals("the loss is NaN"));
    assertThat(aside).allMatch(a -> IntStream.of(a.rows()).anyMatch(row -> isSpoilt(plan, row)));
    assertThat(done).noneMatch(d -> IntStream.of(d.rows()).anyMatch(row -> isSpoilt(plan, row)));
    assertThat(done.get(11).batch()).isEqualTo(12 + aside.size());

    // From a checkpoint in the middle, the same batches, the same bits.
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    List<StepListener.SetAside> asideAgain = new ArrayList<>();
    List<StepListener.Done> doneAgain = new ArrayList<>();
    stopAfter(7, plan, checkpoints, listener(doneAgain, asideAgain));
    assertThat(checkpoints.newest(plan.hash()).orElseThrow().head().step()).isEqualTo(7);
    TrainingResult resumed = run(plan, checkpoints, listener(doneAgain, asideAgain));

    assertThat(resumed.weights().hash()).isEqualTo(through.weights().hash());
    assertThat(asideAgain)
        .extracting(StepListener.SetAside::batch)
        .isEqualTo(aside.stream().map(StepListener.SetAside::batch).toList());
    assertThat(doneAgain)
        .extracting(d -> d.result().loss())
        .isEqualTo(done.stream().map(d -> d.result().loss()).toList());
  }

  @Test
  void whenNoBatchCanBeLearntAnyMoreTheStartIsKept() {
    IterationSpec step = wild("1e30", "microBatch: 5, groupByLength: true, ");
    TrainingPlan calm = plan(Algorithm.SFT);
    TrainingPlan plan = with(calm, calm.config(), calm.data(), step, calm.start());
    List<StepListener.SetAside> aside = new ArrayList<>();
    List<StepListener.Done> done = new ArrayList<>();
    TrainingResult result = run(plan, listener(done, aside));

    assertThat(aside).hasSize(IterationRun.MOST_SET_ASIDE);
    assertThat(result.weights().hash()).isEqualTo(plan.start().hash());
    assertThat(result.step()).isZero();
    assertThat(result.collapsed().orElseThrow())
        .startsWith(
            "stopped after step %d: 10 batches one after the other could not be learnt, the last because the "
                .formatted(done.size()))
        .endsWith("; kept is the policy of step 0");
  }

  @Test
  void aCheckpointOfBeforePositionsWereKeptIsAtItsStep() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 1);
    IterationRun training = begun(plan(Algorithm.SFT));
    checkpoints.write(checkpoint(training, 5, "plan"));
    Path folder = dir.resolve(folder(5));
    String head = Files.readString(folder.resolve("checkpoint.json"));
    String older = head.replaceAll("(?s)\"position\" : \\{.*?\\},\\s*", "");
    assertThat(older).isNotEqualTo(head);
    Files.writeString(folder.resolve("checkpoint.json"), older);
    Files.writeString(
        folder.resolve("SHA256SUMS"),
        Files.readString(folder.resolve("SHA256SUMS"))
            .replaceFirst(Ids.contentHash(head), Ids.contentHash(older)));

    assertThat(checkpoints.newest("plan").orElseThrow().head().position())
        .isEqualTo(new Checkpoint.Position(5, 0, ""));
  }

  @Test
  void passesOverDamagedCheckpointsAndThoseOfOtherPlans() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 3);
    IterationRun training = begun(plan(Algorithm.SFT));
    for (int step = 1; step <= 4; step++) {
      checkpoints.write(checkpoint(training, step, step == 1 ? "other" : "plan"));
    }

    assertThat(names()).containsExactly(folder(2), folder(3), folder(4));
    damage(folder(4) + "/checkpoint.json");
    assertThat(checkpoints.newest("plan").orElseThrow().head().step()).isEqualTo(3);
    Files.delete(dir.resolve(folder(3) + "/SHA256SUMS"));
    assertThat(checkpoints.newest("plan").orElseThrow().head().step()).isEqualTo(2);
    damage(folder(2) + "/learner.safetensors");
    assertThat(checkpoints.newest("plan")).isEmpty();
    assertThat(names())
        .containsExactly(folder(2) + ".damaged", folder(3) + ".damaged", folder(4) + ".damaged");
  }

  @Test
  void sweepsAwayWhatACrashLeftUnfinished() throws IOException {
    long own = ProcessHandle.current().pid();
    for (String name : List.of("4194304999-1-1-x", own + "-1-1-another-life")) {
      Files.createDirectories(dir.resolve(".unfinished-" + name));
      Files.writeString(dir.resolve(".unfinished-" + name + "/learner.safetensors"), "half");
    }

    assertThat(new Checkpoints(dir, 1).newest("plan")).isEmpty();
    assertThat(names()).isEmpty();
  }

  private static StepListener listener(
      List<StepListener.Done> done, List<StepListener.SetAside> aside) {
    return new StepListener() {
      @Override
      public void done(StepListener.Done step) {
        done.add(step);
      }

      @Override
      public void setAside(StepListener.SetAside batch) {
        aside.add(batch);
      }
    };
  }

  /** The same plan for a student that reads one word, of two rows, as not a number. */
  private static TrainingPlan spoilt(TrainingPlan plan) {
    StudentConfig tied = plan.config();
    StudentConfig config =
        new StudentConfig(
            tied.vocabulary(),
            tied.hidden(),
            tied.layers(),
            tied.heads(),
            tied.keyValueHeads(),
            tied.headDim(),
            tied.feedForward(),
            tied.contextLength(),
            tied.ropeTheta(),
            tied.rmsNormEps(),
            tied.slidingWindow(),
            false,
            tied.bos(),
            tied.eos(),
            tied.pad());
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    Weights random = Weights.random(config, 3);
    random.names().forEach(name -> tensors.put(name, random.get(name)));
    Weights.Tensor words = random.get("model.embed_tokens.weight");
    float[] values = words.values().clone();
    Arrays.fill(values, 0, config.hidden(), Float.NaN);
    tensors.put("model.embed_tokens.weight", new Weights.Tensor(words.shape(), values));
    Weights start = new Weights(tensors);

    TrainingData.Examples<Example> calm = demonstrated(plan);
    List<Example> examples = new ArrayList<>(calm.examples());
    for (int row : new int[] {4, 21}) {
      Example example = examples.get(row);
      int[] prompt = example.prompt().clone();
      prompt[1] = 0;
      examples.set(row, new Example(prompt, example.completion()));
    }
    return with(
        plan,
        config,
        new TrainingData.Examples<>(calm.objective(), examples, calm.sources(), calm.note()),
        wild("3e-3", ""),
        start);
  }

  private static boolean isSpoilt(TrainingPlan plan, int row) {
    return demonstrated(plan).examples().get(row).prompt()[1] == 0;
  }

  @SuppressWarnings("unchecked")
  private static TrainingData.Examples<Example> demonstrated(TrainingPlan plan) {
    return (TrainingData.Examples<Example>) plan.data();
  }

  private static TrainingPlan with(
      TrainingPlan plan,
      StudentConfig config,
      TrainingData.Examples<?> data,
      IterationSpec spec,
      Weights start) {
    return new TrainingPlan(
        plan.iteration(),
        plan.rowsHash(),
        config,
        data,
        spec,
        plan.seed(),
        start,
        start,
        plan.precision(),
        plan.sampler());
  }

  /** The first iteration with batches of 4 and another learning rate. */
  private static IterationSpec wild(String rate, String settings) {
    String text =
        Rig.recipeText(12, "", settings)
            .replaceFirst("batch: 16", "batch: 4")
            .replaceFirst("learningRate: 3e-3", "learningRate: " + rate);
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of()).iterations().get(0);
  }

  /** Runs to the end, without a checkpoint to continue from. */
  private TrainingResult run(TrainingPlan plan, StepListener listener) {
    return run(plan, new Checkpoints(none, 1), listener);
  }

  /** Runs to the end from the newest checkpoint. */
  private static TrainingResult run(
      TrainingPlan plan, Checkpoints checkpoints, StepListener listener) {
    return IterationRun.of(plan, checkpoints, NEVER, listener).run(() -> false);
  }

  /** Stops after a step, as a service that is shut down does; a checkpoint is there then. */
  private static void stopAfter(
      int step, TrainingPlan plan, Checkpoints checkpoints, StepListener listener) {
    IterationRun first = IterationRun.of(plan, checkpoints, NEVER, listener);
    assertThatThrownBy(() -> first.run(() -> first.step() == step)).isInstanceOf(Stopped.class);
  }

  private IterationRun begun(TrainingPlan plan) {
    return IterationRun.of(plan, new Checkpoints(none, 1), NEVER, done -> {});
  }

  /** The state of a run under another step and the name of another plan. */
  private static Checkpoint checkpoint(IterationRun run, int step, String plan) {
    Checkpoint now = run.checkpoint();
    Checkpoint.Head head = now.head();
    return new Checkpoint(
        new Checkpoint.Head(
            head.iteration(),
            head.number(),
            head.name(),
            plan,
            head.ranges(),
            head.seed(),
            step,
            head.position(),
            16L * step,
            0.1 * step,
            head.guard(),
            head.published()),
        now.learner(),
        now.reference(),
        now.best());
  }

  private static TrainingPlan plan(Algorithm algorithm) {
    return plan(algorithm, algorithm == Algorithm.KTO_OF_AN_ADAPTER ? ADAPTING : RECIPE);
  }

  private static TrainingPlan plan(Algorithm algorithm, Recipe recipe) {
    IterationSpec spec = recipe.iterations().get(algorithm == Algorithm.SFT ? 0 : 1);
    return switch (algorithm) {
      case SFT -> plan(algorithm, spec, Sft.onDemonstrations(), Rig.demonstrations(30));
      case KTO, KTO_OF_AN_ADAPTER, KTO_IN_BFLOAT16 ->
          plan(algorithm, spec, (Kto) Objectives.of(spec), Rig.completions(10, 2));
      case DPO ->
          plan(algorithm, spec, new Dpo(Students.dpo(spec.keys().beta().get())), Rig.pairs(20, 2));
    };
  }

  private static <R extends SpecificRecord> TrainingPlan plan(
      Algorithm algorithm, IterationSpec spec, Objective<R, ?> objective, List<R> read) {
    StudentFolder start =
        FreshStudent.of(
            (StudentSpec.Shape) RECIPE.student(),
            1,
            RowsOf.events(Rig.demonstrations(63), Sft.onDemonstrations(), Rows.Belongs.only(1))
                .texts());
    Rows<R> rows = RowsOf.events(read, objective, Rows.Belongs.only(2));
    ExampleEncoder encoder = new ExampleEncoder(start.tokenizer());
    return new TrainingPlan(
        ITERATION,
        rows.hash(),
        start.config(),
        (TrainingData.Examples<?>)
            TrainingData.of(objective, rows.rows(), encoder, 64, spec.batch()),
        spec,
        6,
        start.weights(),
        start.weights(),
        algorithm == Algorithm.KTO_IN_BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32,
        Optional.of("some"));
  }

  private static String folder(int step) {
    return "0001-M1-%08d".formatted(step);
  }

  private void damage(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(dir.resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(dir.resolve(file), bytes);
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(dir)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
