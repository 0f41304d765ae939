package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orcaflow.schemas.Recipe;
import orcaflow.trainer.Rig;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.student.Adapter;
import orcaflow.trainer.student.Examples;
import orcaflow.trainer.student.StudentFolder;
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
    KTO_OF_AN_ADAPTER
  }

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

  @Test
  void startsAtTheLossOfAPolicyThatIsItsReference() {
    List<Double> losses = new ArrayList<>();
    Training.from(plan(Algorithm.KTO)).run(() -> false, done -> losses.add(done.result().loss()));

    assertThat(losses.get(0)).isBetween(0.5, 0.58);
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
    Files.createDirectories(dir.resolve(".unfinished-77-x"));
    Files.writeString(dir.resolve(".unfinished-77-x/learner.safetensors"), "half");

    assertThat(new Checkpoints(dir, 1).newest("plan")).isEmpty();
    assertThat(names()).isEmpty();
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
            16L * step,
            0.1 * step,
            training.guard(),
            training.stepIds()),
        training.state(),
        training.best());
  }

  private static Training.Plan plan(Algorithm algorithm) {
    return plan(algorithm, algorithm == Algorithm.KTO_OF_AN_ADAPTER ? ADAPTING : RECIPE);
  }

  private static Training.Plan plan(Algorithm algorithm, Recipe recipe) {
    Rows rows =
        switch (algorithm) {
          case SFT -> Rows.Demonstrations.of(Rig.demonstrations(30));
          case KTO, KTO_OF_AN_ADAPTER -> Rows.Completions.of(Rig.completions(10, 2), 2);
          case DPO -> Rows.Pairs.of(Rig.pairs(20, 2), 2);
        };
    StudentFolder start =
        FreshStudent.of(
            RECIPE.student(), 1, Rows.Demonstrations.of(Rig.demonstrations(63)).texts());
    Recipe.Step step = recipe.iterations().get(algorithm == Algorithm.SFT ? 0 : 1);
    Lesson lesson = rows.lesson(new Examples(start.tokenizer()), 64, step);
    return new Training.Plan(
        start.config(), (Lesson.Taught) lesson, step, 6, start.weights(), start.weights());
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
