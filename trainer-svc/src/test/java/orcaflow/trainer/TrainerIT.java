package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Observe;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerIT {

  private static final int STEPS = 40;

  private static Stack stack;

  @TempDir Path dir;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.get();
  }

  @Test
  void turnsRowsIntoPoliciesAndEvaluatesEachOnce() throws IOException {
    Rig rig = new Rig(stack.cluster("rows"));
    TrainerConfig config =
        config(dir).with(new TrainerConfig.Evaluate(true, benchmark(), Optional.empty(), 8));
    Recipe recipe = Rig.recipe(STEPS, "");
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);
    rig.open(3, "M3", "kto", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = rig.start(config, recipe)) {
      Rig.await("six evaluations", () -> rig.read(Topics.EVALUATIONS).size() >= 6);
      assertThat(Rig.observed(service, "/health/ready")).contains("\"policy-to-serve\":\"up\"");
      assertThat(Rig.observed(service, "/metrics"))
          .contains("orcaflow_train_steps_total{algorithm=\"sft\",service=\"trainer\"} 40.0")
          .contains("orcaflow_train_loss{", "orcaflow_train_reward_chosen{", "kafka_producer_")
          .contains("orcaflow_train_reward_margin{", "orcaflow_train_data_age_mean{")
          .contains("orcaflow_train_step_tokens{", "orcaflow_train_step_seconds{");
      assertThat(service.ended()).isNotDone();
    }
    try (TrainerService again = rig.start(config, recipe)) {
      Rig.await("the policy is served again", () -> ready(again));
    }

    List<Policy> policies = rig.read(Topics.POLICIES);
    assertThat(policies).extracting(Policy::getName).containsExactly("M1", "M2", "M3");
    assertThat(policies).extracting(Policy::getStep).containsExactly(STEPS, 12, 0);
    assertThat(policies.get(0).getNote()).isEqualTo("60 demonstrations");
    assertThat(policies.get(1).getNote())
        .isEqualTo(
            "48 labelled completions; 24 desirable at weight 1.1600, 24 undesirable at weight"
                + " 1.0000");
    assertThat(policies.get(2).getNote()).isEqualTo("no steps: 0 labelled completions");
    assertThat(policies.get(2).getWeightsHash()).isEqualTo(policies.get(1).getWeightsHash());
    assertThat(policies.get(2).getParent()).isEqualTo(policies.get(1).getVersion());
    for (Policy policy : policies) {
      assertThat(policy.getVersion())
          .isEqualTo(
              "rows-%s-%d-%s"
                  .formatted(
                      policy.getName(), policy.getStep(), policy.getWeightsHash().substring(0, 8)));
      assertThat(StudentFolder.load(Path.of(policy.getLocation())).weights().hash())
          .isEqualTo(policy.getWeightsHash());
    }

    List<TrainingStep> steps = rig.read(Topics.TRAINING_STEPS);
    assertThat(steps).extracting(TrainingStep::getId).containsExactlyElementsOf(stepIds(12));
    assertThat(steps.get(STEPS - 1).getLoss()).isLessThan(steps.get(0).getLoss() * 0.75);
    assertThat(steps.get(STEPS).getKl()).isNotNull();
    for (TrainingStep step : steps) {
      boolean kto = step.getAlgorithm().equals("kto");
      assertThat(step.getBatch()).isEqualTo(step.getStep());
      assertThat(step.getRewardMargin() != null).isEqualTo(kto);
      assertThat(step.getConsumed().stream().map(ConsumedOffsets::getTopic).distinct())
          .containsExactly(kto ? "rows.labelled-completions" : "rows.demonstrations");
      assertThat(consumed(step.getConsumed())).as(step.getId()).isEqualTo(kto ? 8 : 16);
    }

    List<Evaluation> evaluations = rig.read(Topics.EVALUATIONS);
    assertThat(evaluations).extracting(Evaluation::getId).doesNotHaveDuplicates().hasSize(6);
    assertThat(evaluations).allMatch(e -> e.getN() == 20 && e.getLow() <= e.getAccuracy());
  }

  @Test
  void anAdapterLiesBesideThePolicyItMade() {
    Rig rig = new Rig(stack.cluster("adapter"));
    Recipe recipe = Rig.recipe(5, ", lora: { rank: 4, alpha: 8, targets: [q_proj, down_proj] }");
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);
    try (TrainerService service = rig.start(config(dir), recipe)) {
      Rig.await("two policies", () -> rig.read(Topics.POLICIES).size() == 2);
      assertThat(service.ended()).isNotDone();
    }

    List<Path> homes =
        rig.read(Topics.POLICIES).stream().map(policy -> Path.of(policy.getLocation())).toList();
    StudentFolder base = StudentFolder.load(homes.get(0));
    Adapter adapter = Adapter.load(homes.get(1).resolve("adapter"), base.config());
    assertThat(homes.get(0).resolve("adapter")).doesNotExist();
    assertThat(homes.get(1).resolve("adapter/adapter_config.json"))
        .content()
        .contains("\"base_model_name_or_path\" : \"" + homes.get(0) + "\"");
    assertThat(adapter.merged(base.config(), base.weights()).hash())
        .isEqualTo(StudentFolder.load(homes.get(1)).weights().hash())
        .isNotEqualTo(base.weights().hash());
  }

  @Test
  void aModelOfAFolderIsPolicyZeroAndTheFirstIterationMayLearnFromItsRollouts() throws IOException {
    StudentFolder given = model(dir.resolve("given"));
    Recipe recipe = fromRollouts(dir.resolve("given"));
    Rig rig = new Rig(stack.cluster("given"));
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 1));
    rig.open(1, "M1", "kto", Topics.LABELLED_COMPLETIONS);
    TrainerConfig config =
        config(dir).with(new TrainerConfig.Evaluate(true, benchmark(), Optional.empty(), 8));
    for (int start = 0; start < 2; start++) {
      try (TrainerService service = rig.start(config, recipe)) {
        Rig.await(
            "four evaluations, or the end",
            () -> rig.read(Topics.EVALUATIONS).size() >= 4 || service.ended().isDone());
      }
    }

    List<Policy> policies = rig.read(Topics.POLICIES);
    assertThat(policies).extracting(Policy::getName).containsExactly("base", "M1");
    assertThat(policies).extracting(Policy::getIteration).containsExactly(0, 1);
    Policy base = policies.get(0);
    assertThat(base.getVersion())
        .isEqualTo("given-base-0-" + base.getWeightsHash().substring(0, 8));
    assertThat(base.getWeightsHash()).isEqualTo(given.weights().hash());
    assertThat(base.getLocation()).isEqualTo(dir.resolve("given").toString());
    Policy learnt = policies.get(1);
    assertThat(learnt.getParent()).isEqualTo(base.getVersion());
    StudentFolder student = StudentFolder.load(Path.of(learnt.getLocation()));
    assertThat(student.config()).isEqualTo(given.config());
    assertThat(student.tokenizer().encode("Zebras find 3 apples"))
        .isEqualTo(given.tokenizer().encode("Zebras find 3 apples"));
    Path adapter = Path.of(learnt.getLocation()).resolve("adapter");
    assertThat(adapter.resolve("adapter_config.json")).content().contains(base.getLocation());
    assertThat(Adapter.load(adapter, given.config()).merged(given.config(), given.weights()).hash())
        .isEqualTo(student.weights().hash())
        .isNotEqualTo(base.getWeightsHash());
    assertThat(rig.read(Topics.EVALUATIONS))
        .extracting(Evaluation::getPolicyVersion)
        .containsOnly(base.getVersion(), learnt.getVersion())
        .hasSize(4);
  }

  @Test
  void aModelThatIsNotThereEndsTheServiceInOneSentence() {
    Rig rig = new Rig(stack.cluster("missing"));
    Path gone = dir.resolve("gone");

    try (TrainerService service = rig.start(config(dir), fromRollouts(gone))) {
      Rig.await("the end", () -> service.ended().isDone());
      assertThat(service.ended().handle((nothing, failure) -> failure.getMessage()).join())
          .isEqualTo("recipe 'small': student.folder: " + gone + " is no folder that is there");
    }
  }

  /** KTO twice, the first time an adapter, from the model of a folder. */
  private static Recipe fromRollouts(Path folder) {
    String lora = ", reference: base, lora: { rank: 4, alpha: 8, targets: [q_proj, down_proj] }";
    String text =
        Rig.recipeText(STEPS, lora, "")
            .replaceFirst("(?m)^student: .*$", "student: { folder: " + folder + " }")
            .replaceFirst("(?m)^ *- \\{ name: M1.*\\n", "")
            .replace("name: M2", "name: M1")
            .replace("name: M3", "name: M2");
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of());
  }

  /** A model with words of its own. */
  private static StudentFolder model(Path folder) {
    StudentTokenizer tokenizer =
        StudentTokenizer.build(
            Stream.of("Zebras count apples.", "Ann has 3 apples. How many apples?"), 60);
    StudentConfig config =
        new StudentConfig(
            tokenizer.vocabulary(),
            32,
            2,
            2,
            1,
            16,
            48,
            96,
            10_000,
            1e-5,
            OptionalInt.empty(),
            false,
            tokenizer.bos(),
            tokenizer.eos(),
            tokenizer.pad());
    StudentFolder student = new StudentFolder(config, Weights.random(config, 11), tokenizer);
    student.save(folder);
    return student;
  }

  @Test
  void goesBackPastADamagedCheckpoint() throws IOException {
    Recipe recipe = Rig.recipe(200, "");
    Rig rig = new Rig(stack.cluster("damaged"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    try (TrainerService service = rig.start(config(dir), recipe)) {
      Rig.await("twenty steps", () -> rig.read(Topics.TRAINING_STEPS).size() > 20);
    }
    Path newest = newestCheckpoint();
    Files.write(newest.resolve("learner.safetensors"), new byte[] {1, 2, 3});

    try (TrainerService service = rig.start(config(dir), recipe)) {
      Rig.await("the policy", () -> !rig.read(Topics.POLICIES).isEmpty());
    }

    assertThat(newest.resolveSibling(newest.getFileName() + ".damaged")).isDirectory();
    assertThat(rig.read(Topics.TRAINING_STEPS))
        .extracting(TrainingStep::getStep)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 200).boxed().toList());
  }

  @Test
  void theOlderOfTwoTrainersLeaves() {
    Recipe recipe = Rig.recipe(5_000, "");
    Rig rig = new Rig(stack.cluster("fenced"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);

    try (TrainerService older = rig.start(config(dir), recipe)) {
      Rig.await("a step of the older", () -> !rig.read(Topics.TRAINING_STEPS).isEmpty());
      try (TrainerService newer = rig.start(config(dir), recipe)) {
        Rig.await("the older has ended", () -> older.ended().isDone());
        assertThat(newer.ended()).isNotDone();
      }
      assertThat(older.ended())
          .failsWithin(java.time.Duration.ZERO)
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .satisfies(TrainerIT::saysWhoHasStarted);
    }
    assertThat(rig.read(Topics.TRAINING_STEPS))
        .extracting(TrainingStep::getId)
        .doesNotHaveDuplicates();
  }

  /**
   * Kafka 4.2.2 answers UNKNOWN_SERVER_ERROR where the end of a transaction meets the fencing: its
   * coordinator finds the transaction in PREPARE_EPOCH_FENCE.
   */
  private static void saysWhoHasStarted(Throwable end) {
    if (!end.getMessage().contains("Unhandled error in EndTxnResponse")) {
      assertThat(end)
          .hasCauseInstanceOf(IdempotentWriter.Fenced.class)
          .hasMessageContaining("another process has started as 'fenced.trainer'");
    }
  }

  @Test
  void aCollapsingIterationKeepsTheBestPolicyAndSaysSo() {
    Recipe recipe = Rig.recipe(STEPS, ", guard: 1000");
    Rig rig = new Rig(stack.cluster("collapse"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = rig.start(config(dir), recipe)) {
      Rig.await("two policies", () -> rig.read(Topics.POLICIES).size() == 2);
    }

    List<Policy> policies = rig.read(Topics.POLICIES);
    assertThat(policies.get(1).getCollapsed())
        .startsWith("stopped at step 5: the mean reward of desirable rows over 5 batches was")
        .endsWith("below the guard of 1000.0; kept is the policy of step 0");
    assertThat(policies.get(1).getWeightsHash()).isEqualTo(policies.get(0).getWeightsHash());
  }

  @Test
  void batchesThatGiveNoFiniteStepAreSetAside() {
    String text =
        Rig.recipeText(STEPS, "", "")
            .replaceFirst("learningRate: 3e-3, warmup: 5", "learningRate: 1e39, warmup: 0");
    Recipe recipe = ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of());
    Rig rig = new Rig(stack.cluster("aside"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);

    try (TrainerService service = rig.start(config(dir), recipe)) {
      Rig.await("the policy", () -> !rig.read(Topics.POLICIES).isEmpty());
      assertThat(Rig.observed(service, "/metrics"))
          .contains("orcaflow_train_set_aside_total{algorithm=\"sft\",service=\"trainer\"} 10.0");
    }

    assertThat(rig.read(Topics.TRAINING_STEPS)).isEmpty();
    List<SetAsideBatch> aside = rig.read(Topics.SET_ASIDE_BATCHES);
    assertThat(aside)
        .extracting(SetAsideBatch::getId)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 10).mapToObj(batch -> "M1/batch/" + batch).toList());
    for (SetAsideBatch batch : aside) {
      assertThat(batch.getStep()).isEqualTo(1);
      assertThat(batch.getReason())
          .isEqualTo("the weights are not finite after it, at a learning rate of 1.0E39");
      assertThat(batch.getRows()).hasSize(16).hasSameSizeAs(batch.getProblems());
      assertThat(consumed(batch.getConsumed())).isEqualTo(16);
    }
    Policy policy = rig.read(Topics.POLICIES).get(0);
    assertThat(policy.getStep()).isZero();
    assertThat(policy.getCollapsed())
        .startsWith("stopped after step 0: 10 batches one after the other could not be learnt");
  }

  @Test
  void sftWithAShareImitatesTheRightRollouts() {
    Rig rig = new Rig(stack.cluster("rejection"));
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 1));
    rig.open(1, "M1", "sft", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = rig.start(config(dir), Rig.recipe(5, "", "share: 1, "))) {
      Rig.await("the policy", () -> !rig.read(Topics.POLICIES).isEmpty());
    }

    Policy policy = rig.read(Topics.POLICIES).get(0);
    assertThat(policy.getNote()).isEqualTo("24 desirable labelled completions");
    assertThat(policy.getStep()).isEqualTo(5);
  }

  @Test
  void anIterationWithoutRowsHasAPolicyToo() {
    Rig rig = new Rig(stack.cluster("nothing"));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);

    try (TrainerService service = rig.start(config(dir), Rig.recipe(STEPS, ""))) {
      Rig.await(
          "a policy or the end",
          () -> !rig.read(Topics.POLICIES).isEmpty() || service.ended().isDone());
    }

    Policy policy = rig.read(Topics.POLICIES).get(0);
    assertThat(policy.getStep()).isZero();
    assertThat(policy.getNote()).isEqualTo("no steps: 0 demonstrations");
  }

  @Test
  void anIterationTheRecipeDoesNotHaveEndsTheServiceInOneSentence() {
    Rig rig = new Rig(stack.cluster("stranger"));
    rig.open(1, "M1", "kto", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = rig.start(config(dir), Rig.recipe(STEPS, ""))) {
      Rig.await("the end", () -> service.ended().isDone());
      assertThat(service.ended().handle((nothing, failure) -> failure.getMessage()).join())
          .isEqualTo(
              "iteration 1 was opened as M1 (kto) under recipe small@test; the trainer's recipe"
                  + " has M1 (sft) there");
    }
  }

  @Test
  void rowsThatAreNotThereEndTheServiceInOneSentence() {
    Rig rig = new Rig(stack.cluster("beyond"));
    rig.write(
        Topics.ITERATIONS,
        List.of(
            Iteration.newBuilder()
                .setId("beyond/M1")
                .setNumber(1)
                .setName("M1")
                .setAlgorithm("sft")
                .setRecipe("small@test")
                .setRanges(List.of(new OffsetRange("beyond.demonstrations", 0, 0L, 9L)))
                .setTime(Instant.EPOCH)
                .build()));
    TrainerConfig config =
        config(dir)
            .with(
                new TrainerConfig.Train(true, new TrainerConfig.Checkpointing(10, 60, 2), 1, 0, 0));

    try (TrainerService service = rig.start(config, Rig.recipe(STEPS, ""))) {
      Rig.await("the end", () -> service.ended().isDone());
      assertThat(service.ended().handle((nothing, failure) -> failure.getMessage()).join())
          .isEqualTo(
              "beyond.demonstrations, partition 0, offsets 0 to 9 cannot be read: nothing came"
                  + " after offset 0 for 1 s");
    }
  }

  @Test
  void theProcessSaysWhatIsWrongWithItsConfigAndEndsWithTwo() throws IOException {
    Path log = dir.resolve("child.log");
    Path config = Files.writeString(dir.resolve("bad.yaml"), "recipe: r.yaml\n");
    try (ChildTrainer child = ChildTrainer.start(config, log)) {
      assertThat(child.process().onExit().join().exitValue()).isEqualTo(2);
    }
    assertThat(ChildTrainer.said(log))
        .contains("trainer: " + config + ": cluster, recipe and trainer are all needed");
  }

  private static long consumed(List<ConsumedOffsets> partitions) {
    return partitions.stream()
        .flatMap(partition -> partition.getSpans().stream())
        .mapToLong(span -> span.getTo() - span.getFrom())
        .sum();
  }

  private static boolean ready(TrainerService service) {
    if (service.ended().isCompletedExceptionally()) {
      throw new CompletionException(service.ended().handle((v, e) -> e).join());
    }
    return Http.get(service.policyServerUrl() + "/v1/models").body().contains("M3");
  }

  private Path newestCheckpoint() throws IOException {
    try (Stream<Path> all = Files.list(dir.resolve("checkpoints"))) {
      return all.max(Comparator.naturalOrder()).orElseThrow();
    }
  }

  private List<String> benchmark() throws IOException {
    List<String> rows =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    "{\"id\":\"%d\",\"question\":\"%s\",\"answer\":\"%d\"}"
                        .formatted(i, Rig.question(i * 3), Rig.answer(i * 3)))
            .toList();
    return List.of(Files.write(dir.resolve("benchmark.jsonl"), rows).toString());
  }

  private static List<String> stepIds(int ktoSteps) {
    return Stream.concat(
            IntStream.rangeClosed(1, STEPS).mapToObj(s -> "M1/" + s),
            IntStream.rangeClosed(1, ktoSteps).mapToObj(s -> "M2/" + s))
        .toList();
  }

  private static TrainerConfig config(Path dir) {
    return new TrainerConfig(
        dir.toString(),
        1,
        "cpu",
        "float32",
        new TrainerConfig.Train(true, new TrainerConfig.Checkpointing(10, 60, 3), 20, 0, 0),
        new TrainerConfig.Server(true, "127.0.0.1", Optional.of(0), 16, 5, 64, 2, 16),
        new TrainerConfig.Evaluate(false, List.of(), Optional.empty(), 8),
        Observe.LOOPBACK.onFreePort());
  }
}
