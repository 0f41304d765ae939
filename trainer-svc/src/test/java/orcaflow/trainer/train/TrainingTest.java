package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.Rig;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingTest {

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

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void goesOnFromACheckpointAsIfNothingHadHappened(Algorithm algorithm) {
    Training.Plan plan = plan(algorithm);
    List<Double> losses = new ArrayList<>();
    Training.Result through =
        Training.from(plan).run(() -> false, done -> losses.add(done.result().loss()));

    Checkpoints checkpoints = new Checkpoints(dir, 2);
    List<Double> again = new ArrayList<>();
    Training first = Training.from(plan);
    assertThatThrownBy(
            () ->
                first.run(
                    () -> first.step() == 7 && written(checkpoints, first),
                    done -> again.add(done.result().loss())))
        .isInstanceOf(Stopped.class);
    Checkpoint checkpoint = checkpoints.newest("plan").orElseThrow();
    Training.Result resumed =
        Training.from(plan, checkpoint).run(() -> false, done -> again.add(done.result().loss()));

    assertThat(checkpoint.head().published()).hasSize(7);
    assertThat(again).isEqualTo(losses).hasSize(12);
    assertThat(resumed.weights().hash()).isEqualTo(through.weights().hash());
    assertThat(resumed.step()).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource(names = {"KTO", "DPO"})
  void whateverStepItIsKilledAtTheBitsAreThoseOfTheUndisturbedRun(Algorithm algorithm) {
    Training.Plan plan = plan(algorithm);
    List<Training.Done> done = new ArrayList<>();
    String through =
        Training.from(plan).run(() -> false, onlooker(done, List.of())).weights().hash();
    assertThat(done.stream().mapToInt(d -> d.rows().length).sum())
        .as("rows come again")
        .isGreaterThan(2 * plan.lesson().rows());
    for (int killed = 1; killed < 12; killed += KILL_EVERY) {
      int at = killed;
      Checkpoints checkpoints = new Checkpoints(dir.resolve("at-" + at), 1);
      Training first = Training.from(plan);
      assertThatThrownBy(
              () -> first.run(() -> first.step() == at && written(checkpoints, first), d -> {}))
          .isInstanceOf(Stopped.class);
      Checkpoint checkpoint = checkpoints.newest("plan").orElseThrow();
      assertThat(checkpoint.reference().orElseThrow().known()).isPositive();
      Training resumed = Training.from(plan, checkpoint);
      assertThat(resumed.run(() -> false, d -> {}).weights().hash())
          .as("killed after step " + at)
          .isEqualTo(through);
      assertThat(resumed.reference().orElseThrow().known()).isEqualTo(plan.lesson().compared());
    }
  }

  @Test
  void aCheckpointOfBeforeTheReferenceWasKeptGoesOn() throws IOException {
    Training.Plan plan = plan(Algorithm.DPO);
    List<Double> losses = new ArrayList<>();
    Training.from(plan).run(() -> false, done -> losses.add(done.result().loss()));

    Checkpoints checkpoints = new Checkpoints(dir, 1);
    Training first = Training.from(plan);
    assertThatThrownBy(
            () -> first.run(() -> first.step() == 7 && written(checkpoints, first), done -> {}))
        .isInstanceOf(Stopped.class);
    Path folder = dir.resolve(folder(7));
    Files.delete(folder.resolve("reference.f64"));
    String sums = Files.readString(folder.resolve("SHA256SUMS"));
    assertThat(sums).contains("reference.f64");
    Files.writeString(folder.resolve("SHA256SUMS"), sums.replaceAll(".*reference.f64\\n", ""));

    Checkpoint older = checkpoints.newest("plan").orElseThrow();
    assertThat(older.reference()).isEmpty();
    List<Double> rest = new ArrayList<>();
    Training.from(plan, older).run(() -> false, done -> rest.add(done.result().loss()));
    assertThat(rest).hasSize(5);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i)).isCloseTo(losses.get(7 + i), within(1e-5));
    }
  }

  @Test
  void withoutAReferenceTheCheckpointHasNone() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 1);
    checkpoints.write(checkpoint(Training.from(plan(Algorithm.SFT)), 5, "plan"));
    assertThat(dir.resolve(folder(5)).resolve("reference.f64")).doesNotExist();
  }

  @Test
  void startsAtTheLossOfAPolicyThatIsItsReference() {
    List<Double> losses = new ArrayList<>();
    Training.from(plan(Algorithm.KTO)).run(() -> false, done -> losses.add(done.result().loss()));

    assertThat(losses.get(0)).isBetween(0.5, 0.58);
  }

  @Test
  void aCheckpointIsOfUseInItsOwnPrecisionOnly() {
    Training.Plan wide = plan(Algorithm.KTO);
    Training.Plan half = plan(Algorithm.KTO_IN_BFLOAT16);
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    checkpoints.write(checkpoint(Training.from(wide), 0, wide.hash()));

    assertThat(checkpoints.newest(half.hash())).isEmpty();
    assertThat(checkpoints.newest(plan(Algorithm.KTO).hash())).isPresent();
  }

  @Test
  void ofAnAdapterTheCheckpointHoldsOnlyWhatLearns() {
    Training.Plan plan = plan(Algorithm.KTO_OF_AN_ADAPTER);
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    Training training = Training.from(plan);
    Training.Result result =
        training.run(() -> training.step() == 11 && !written(checkpoints, training), done -> {});

    Checkpoint checkpoint = checkpoints.newest("plan").orElseThrow();
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
    Training.Plan plan = plan(Algorithm.KTO, recipe);
    Training.Result result = Training.from(plan).run(() -> false, done -> {});

    assertThat(result.collapsed()).isPresent();
    assertThat(result.adapter()).isEmpty();
    assertThat(result.weights().hash()).isEqualTo(plan.start().hash());
  }

  @Test
  void batchesThatCannotBeLearntAreSetAsideAndTrainingGoesOn() {
    Training.Plan plan = spoilt(plan(Algorithm.SFT));
    List<Training.SetAside> aside = new ArrayList<>();
    List<Training.Done> done = new ArrayList<>();
    Training.Result through = Training.from(plan).run(() -> false, onlooker(done, aside));

    assertThat(through.step()).isEqualTo(12);
    assertThat(through.collapsed()).isEmpty();
    assertThat(done).extracting(Training.Done::result).extracting(StepResult::step).hasSize(12);
    assertThat(aside).isNotEmpty().allMatch(a -> a.reason().equals("the loss is NaN"));
    assertThat(aside).allMatch(a -> IntStream.of(a.rows()).anyMatch(row -> isSpoilt(plan, row)));
    assertThat(done).noneMatch(d -> IntStream.of(d.rows()).anyMatch(row -> isSpoilt(plan, row)));
    assertThat(done.get(11).batch()).isEqualTo(12 + aside.size());

    // From a checkpoint in the middle, the same batches, the same bits.
    Checkpoints checkpoints = new Checkpoints(dir, 2);
    List<Training.SetAside> asideAgain = new ArrayList<>();
    List<Training.Done> doneAgain = new ArrayList<>();
    Training first = Training.from(plan);
    assertThatThrownBy(
            () ->
                first.run(
                    () -> first.step() == 7 && written(checkpoints, first),
                    onlooker(doneAgain, asideAgain)))
        .isInstanceOf(Stopped.class);
    Training.Result resumed =
        Training.from(plan, checkpoints.newest("plan").orElseThrow())
            .run(() -> false, onlooker(doneAgain, asideAgain));

    assertThat(resumed.weights().hash()).isEqualTo(through.weights().hash());
    assertThat(asideAgain)
        .extracting(Training.SetAside::batch)
        .isEqualTo(aside.stream().map(Training.SetAside::batch).toList());
    assertThat(doneAgain)
        .extracting(d -> d.result().loss())
        .isEqualTo(done.stream().map(d -> d.result().loss()).toList());
  }

  @Test
  void whenNoBatchCanBeLearntAnyMoreTheStartIsKept() {
    Recipe.Step step = wild("1e30", "microBatch: 5, groupByLength: true, ");
    Training.Plan calm = plan(Algorithm.SFT);
    Training.Plan plan =
        new Training.Plan(
            calm.config(), calm.lesson(), step, calm.seed(), calm.start(), calm.reference());
    List<Training.SetAside> aside = new ArrayList<>();
    List<Training.Done> done = new ArrayList<>();
    Training.Result result = Training.from(plan).run(() -> false, onlooker(done, aside));

    assertThat(aside).hasSize(Training.MOST_SET_ASIDE);
    assertThat(result.weights().hash()).isEqualTo(plan.start().hash());
    assertThat(result.step()).isZero();
    assertThat(result.collapsed().orElseThrow())
        .startsWith(
            "stopped after step %d: 10 batches one after the other could not be learnt, the last because the "
                .formatted(done.size()))
        .endsWith("; kept is the policy of step 0");
  }

  @Test
  void aCheckpointOfBeforePositionsWereToldIsAtItsStep() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 1);
    Training training = Training.from(plan(Algorithm.SFT));
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
        .isEqualTo(new Training.Position(5, 0, ""));
  }

  @Test
  void passesOverDamagedCheckpointsAndThoseOfOtherPlans() throws IOException {
    Checkpoints checkpoints = new Checkpoints(dir, 3);
    Training training = Training.from(plan(Algorithm.SFT));
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

  private static Training.Onlooker onlooker(
      List<Training.Done> done, List<Training.SetAside> aside) {
    return new Training.Onlooker() {
      @Override
      public void done(Training.Done step) {
        done.add(step);
      }

      @Override
      public void setAside(Training.SetAside batch) {
        aside.add(batch);
      }
    };
  }

  /** The same plan for a student that reads one word, of two rows, as not a number. */
  private static Training.Plan spoilt(Training.Plan plan) {
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

    Lesson.Demonstrated calm = (Lesson.Demonstrated) plan.lesson();
    List<Example> examples = new ArrayList<>(calm.examples());
    for (int row : new int[] {4, 21}) {
      Example example = examples.get(row);
      int[] prompt = example.prompt().clone();
      prompt[1] = 0;
      examples.set(row, new Example(prompt, example.completion()));
    }
    return new Training.Plan(
        config,
        new Lesson.Demonstrated(examples, calm.origins(), calm.note()),
        wild("3e-3", ""),
        plan.seed(),
        start,
        start);
  }

  private static boolean isSpoilt(Training.Plan plan, int row) {
    return ((Lesson.Demonstrated) plan.lesson()).examples().get(row).prompt()[1] == 0;
  }

  /** The first iteration with batches of 4 and another learning rate. */
  private static Recipe.Step wild(String rate, String settings) {
    String text =
        Rig.recipeText(12, "", settings)
            .replaceFirst("batch: 16", "batch: 4")
            .replaceFirst("learningRate: 3e-3", "learningRate: " + rate);
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of()).iterations().get(0);
  }

  private static boolean written(Checkpoints checkpoints, Training training) {
    checkpoints.write(checkpoint(training, training.step(), "plan"));
    return true;
  }

  private static Checkpoint checkpoint(Training training, int step, String plan) {
    return new Checkpoint(
        new Checkpoint.Head(
            "run/M1",
            1,
            "M1",
            plan,
            List.of(new Checkpoint.Range("run.demonstrations", 0, 0, 60)),
            6,
            step,
            training.position(),
            16L * step,
            0.1 * step,
            training.guard(),
            training.stepIds()),
        training.state(),
        training.reference(),
        training.best());
  }

  private static Training.Plan plan(Algorithm algorithm) {
    return plan(algorithm, algorithm == Algorithm.KTO_OF_AN_ADAPTER ? ADAPTING : RECIPE);
  }

  private static Training.Plan plan(Algorithm algorithm, Recipe recipe) {
    Rows rows =
        switch (algorithm) {
          case SFT -> Rows.Demonstrations.of(Rig.stored(Rig.demonstrations(30)));
          case KTO, KTO_OF_AN_ADAPTER, KTO_IN_BFLOAT16 ->
              Rows.Completions.of(Rig.stored(Rig.completions(10, 2)), 2);
          case DPO -> Rows.Pairs.of(Rig.stored(Rig.pairs(20, 2)), 2);
        };
    StudentFolder start =
        FreshStudent.of(
            (StudentSpec.Shape) RECIPE.student(),
            1,
            Rows.Demonstrations.of(Rig.stored(Rig.demonstrations(63))).texts());
    Recipe.Step step = recipe.iterations().get(algorithm == Algorithm.SFT ? 0 : 1);
    Lesson lesson = rows.lesson(new ExampleEncoder(start.tokenizer()), 64, step);
    return new Training.Plan(
        start.config(),
        (Lesson.Taught) lesson,
        step,
        6,
        start.weights(),
        start.weights(),
        algorithm == Algorithm.KTO_IN_BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32);
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
