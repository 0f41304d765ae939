package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Recipe;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.trainer.log.Ledger;
import orcaflow.trainer.student.Adapter;
import orcaflow.trainer.student.StudentFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerIT {

  private static final int STEPS = 40;

  @TempDir static Path stackDir;
  private static Stack stack;

  @TempDir Path dir;

  @BeforeAll
  static void startStack() {
    stack = Stack.start(stackDir);
  }

  @AfterAll
  static void stopStack() {
    stack.close();
  }

  @Test
  void turnsRowsIntoPoliciesAndEvaluatesEachOnce() throws IOException {
    Rig rig = new Rig(stack.cluster("rows"));
    TrainerConfig config = config(dir).with(new TrainerConfig.Evaluate(true, benchmark(), 8));
    Recipe recipe = Rig.recipe(STEPS, "");
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);
    rig.open(3, "M3", "kto", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = TrainerService.start(rig.cluster(), config, recipe)) {
      Rig.await("six evaluations", () -> rig.read(Topics.EVALUATIONS).size() >= 6);
      assertThat(observed(service, "/health/ready")).contains("\"policy-to-serve\":\"up\"");
      assertThat(observed(service, "/metrics"))
          .contains("orcaflow_train_steps_total{algorithm=\"sft\",service=\"trainer\"} 40.0")
          .contains("orcaflow_train_loss{", "orcaflow_train_reward_chosen{", "kafka_producer_");
      assertThat(service.ended()).isNotDone();
    }
    try (TrainerService again = TrainerService.start(rig.cluster(), config, recipe)) {
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
    try (TrainerService service = TrainerService.start(rig.cluster(), config(dir), recipe)) {
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
  void afterKillNineItGoesOnAsIfNothingHadHappened() throws IOException {
    int steps = 160;
    Recipe recipe = Rig.recipe(steps, "");
    Rig undisturbed = new Rig(stack.cluster("undisturbed"));
    Rig killed = new Rig(stack.cluster("killed"));
    for (Rig rig : List.of(undisturbed, killed)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
      rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    }

    try (TrainerService service =
        TrainerService.start(undisturbed.cluster(), config(dir.resolve("undisturbed")), recipe)) {
      Rig.await("the undisturbed policy", () -> !undisturbed.read(Topics.POLICIES).isEmpty());
    }

    Path log = dir.resolve("child.log");
    Path file = childConfig(killed.cluster(), steps);
    killAfter(30, killed, file, log);
    killAfter(80, killed, file, log);
    int status;
    try (ChildTrainer child = ChildTrainer.start(file, log)) {
      Rig.await(
          "the policy of the one that was killed", () -> !killed.read(Topics.POLICIES).isEmpty());
      status = child.terminate();
    }

    assertThat(ChildTrainer.said(log)).contains("goes on after step");
    assertThat(killed.read(Topics.TRAINING_STEPS))
        .extracting(TrainingStep::getId)
        .containsExactlyElementsOf(
            undisturbed.read(Topics.TRAINING_STEPS).stream().map(TrainingStep::getId).toList());
    assertThat(killed.read(Topics.TRAINING_STEPS).stream().map(TrainingStep::getLoss))
        .containsExactlyElementsOf(
            undisturbed.read(Topics.TRAINING_STEPS).stream().map(TrainingStep::getLoss).toList());
    assertThat(killed.read(Topics.POLICIES))
        .singleElement()
        .extracting(Policy::getWeightsHash)
        .isEqualTo(undisturbed.read(Topics.POLICIES).get(0).getWeightsHash());
    assertThat(status).as("exit status after SIGTERM").isEqualTo(143);
  }

  @Test
  void goesBackPastADamagedCheckpoint() throws IOException {
    Recipe recipe = Rig.recipe(200, "");
    Rig rig = new Rig(stack.cluster("damaged"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    try (TrainerService service = TrainerService.start(rig.cluster(), config(dir), recipe)) {
      Rig.await("twenty steps", () -> rig.read(Topics.TRAINING_STEPS).size() > 20);
    }
    Path newest = newestCheckpoint();
    Files.write(newest.resolve("learner.safetensors"), new byte[] {1, 2, 3});

    try (TrainerService service = TrainerService.start(rig.cluster(), config(dir), recipe)) {
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

    try (TrainerService older =
        TrainerService.start(rig.cluster(), config(dir.resolve("older")), recipe)) {
      Rig.await("a step of the older", () -> !rig.read(Topics.TRAINING_STEPS).isEmpty());
      try (TrainerService newer =
          TrainerService.start(rig.cluster(), config(dir.resolve("newer")), recipe)) {
        Rig.await("the older has ended", () -> older.ended().isDone());
        assertThat(newer.ended()).isNotDone();
      }
      assertThat(older.ended())
          .failsWithin(java.time.Duration.ZERO)
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseInstanceOf(Ledger.Fenced.class)
          .withMessageContaining("another process has started as 'fenced.trainer'");
    }
    assertThat(rig.read(Topics.TRAINING_STEPS))
        .extracting(TrainingStep::getId)
        .doesNotHaveDuplicates();
  }

  @Test
  void aCollapsingIterationKeepsTheBestPolicyAndSaysSo() {
    Recipe recipe = Rig.recipe(STEPS, ", guard: 1000");
    Rig rig = new Rig(stack.cluster("collapse"));
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);

    try (TrainerService service = TrainerService.start(rig.cluster(), config(dir), recipe)) {
      Rig.await("two policies", () -> rig.read(Topics.POLICIES).size() == 2);
    }

    List<Policy> policies = rig.read(Topics.POLICIES);
    assertThat(policies.get(1).getCollapsed())
        .startsWith("stopped at step 5: the mean reward of desirable rows over 5 batches was")
        .endsWith("below the guard of 1000.0; kept is the policy of step 0");
    assertThat(policies.get(1).getWeightsHash()).isEqualTo(policies.get(0).getWeightsHash());
  }

  @Test
  void anIterationWithoutRowsHasAPolicyToo() {
    Rig rig = new Rig(stack.cluster("nothing"));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);

    try (TrainerService service =
        TrainerService.start(rig.cluster(), config(dir), Rig.recipe(STEPS, ""))) {
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

    try (TrainerService service =
        TrainerService.start(rig.cluster(), config(dir), Rig.recipe(STEPS, ""))) {
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
            .with(new TrainerConfig.Train(true, new TrainerConfig.Checkpointing(10, 60, 2), 1, 0));

    try (TrainerService service =
        TrainerService.start(rig.cluster(), config, Rig.recipe(STEPS, ""))) {
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

  @Test
  void inContinuousModeItOpensTheNextIterationWhenEnoughRowsHaveCome() {
    Recipe recipe = Rig.recipe(STEPS, "");
    Rig rig = new Rig(stack.cluster("continuous"));
    TrainerConfig config =
        config(dir)
            .with(
                new TrainerConfig.Train(true, new TrainerConfig.Checkpointing(10, 60, 2), 20, 40));
    try (TrainerService service = TrainerService.start(rig.cluster(), config, recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(39));
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(63).subList(39, 63));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
    }
    assertThat(rig.read(Topics.ITERATIONS)).hasSize(2);
    assertThat(rig.read(Topics.POLICIES).get(1).getExamples()).isEqualTo(12 * 8);
  }

  private static String observed(TrainerService service, String path) {
    return Http.get("http://127.0.0.1:" + service.observatory().port() + path).body();
  }

  private static boolean ready(TrainerService service) {
    if (service.ended().isCompletedExceptionally()) {
      throw new CompletionException(service.ended().handle((v, e) -> e).join());
    }
    return Http.get(service.policyServerUrl() + "/v1/models").body().contains("M3");
  }

  private void killAfter(int steps, Rig rig, Path config, Path log) throws IOException {
    try (ChildTrainer child = ChildTrainer.start(config, log)) {
      Rig.await(
          steps + " steps or the end of the child",
          () -> rig.read(Topics.TRAINING_STEPS).size() >= steps || !child.alive());
      assertThat(child.alive()).as(ChildTrainer.said(log)).isTrue();
    }
    assertThat(rig.read(Topics.POLICIES)).as("killed in the middle").isEmpty();
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
        new TrainerConfig.Train(true, new TrainerConfig.Checkpointing(10, 60, 3), 20, 0),
        new TrainerConfig.Server(true, "127.0.0.1", 0, 16, 5, 64, 2, 16),
        new TrainerConfig.Evaluate(false, List.of(), 8),
        new TrainerConfig.Observe("127.0.0.1", 0));
  }

  private Path childConfig(Cluster cluster, int steps) throws IOException {
    Path recipe = Files.writeString(dir.resolve("recipe.yaml"), Rig.recipeText(steps, "", ""));
    return Files.writeString(
        dir.resolve("trainer.yaml"),
        """
        cluster: { bootstrap: "%s", registry: "%s", run: %s, kafka: {} }
        recipe: "%s"
        trainer:
          dir: "%s"
          torchThreads: 1
          train: { enabled: true, checkpoint: { steps: 10, seconds: 60, keep: 3 }, readSeconds: 20, openAfterRows: 0 }
          server: { enabled: false, host: 127.0.0.1, port: 0, batch: 16, gatherMillis: 5, queue: 64, policies: 2, maxTokens: 16 }
          evaluate: { enabled: false, benchmarks: [], batch: 8 }
          observe: { host: 127.0.0.1, port: 0 }
        """
            .formatted(
                cluster.bootstrap(),
                cluster.registry(),
                cluster.run(),
                recipe,
                dir.resolve("killed")));
  }
}
