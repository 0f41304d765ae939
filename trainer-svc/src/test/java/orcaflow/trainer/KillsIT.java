package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.stack.SharedStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trainer that is killed again and again, during steps and while it writes checkpoints, ends with
 * the bits of one that is left alone. {@code -Dorcaflow.kills=100} kills it a hundred times, {@code
 * -Dorcaflow.kills.seed} at other moments.
 */
class KillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills", 4);
  private static final long SEED = Long.getLong("orcaflow.kills.seed", 20240216);

  /** Steps from one checkpoint to the next. */
  private static final int STRIDE = 5;

  /** No life gets further than three checkpoints and a few steps. */
  private static final int STEPS = 2 * STRIDE * (KILLS + 1);

  /** A checkpoint takes about so long to write. */
  private static final int WRITING_MICROS = 3_000;

  /** And so long the steps to the next. */
  private static final int STEPS_MICROS = 40_000;

  @TempDir Path dir;
  private Duration cpu = Duration.ZERO;

  @Test
  void killedAtAnyMomentItEndsWithTheSameBits() throws IOException {
    Rig undisturbed = rig(SharedStack.get().cluster("trainer-undisturbed"));
    Rig killed = rig(SharedStack.get().cluster("trainer-killed"));
    try (ChildTrainer child = start(undisturbed)) {
      awaitEnd(undisturbed, child);
      assertThat(child.terminate()).as(said(undisturbed)).isEqualTo(143);
    }
    Random random = new Random(SEED);
    int writing = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      writing += live(killed, random) ? 1 : 0;
    }
    int status;
    try (ChildTrainer child = start(killed)) {
      awaitEnd(killed, child);
      status = child.terminate();
    }

    assertSame(undisturbed, killed);
    assertThat(status).as("exit status after SIGTERM").isEqualTo(143);
    System.out.printf(
        "%d kills (seed %d), %d of them while a checkpoint was being written: %d losses, %d"
            + " policies and the last optimiser state as undisturbed, bit for bit (%.1f CPU-seconds a"
            + " life)%n",
        KILLS,
        SEED,
        writing,
        killed.read(Topics.TRAINING_STEPS).size(),
        2,
        cpu.toMillis() / 1000.0 / KILLS);
  }

  /** One life: starts, makes progress, is killed. Whether a checkpoint was being written. */
  private boolean live(Rig rig, Random random) throws IOException {
    Path checkpoints = folder(rig).resolve("checkpoints");
    Set<String> before = names(checkpoints);
    int progress = 1 + random.nextInt(2);
    boolean whileWriting = random.nextBoolean();
    long delay = random.nextInt(whileWriting ? WRITING_MICROS : STEPS_MICROS) * 1000L;
    try (ChildTrainer child = start(rig)) {
      Set<String> seen = new HashSet<>();
      while (seen.size() < progress || whileWriting && !unfinished(checkpoints)) {
        assertThat(child.alive()).as(said(rig)).isTrue();
        names(checkpoints).stream().filter(name -> !before.contains(name)).forEach(seen::add);
        LockSupport.parkNanos(400_000);
      }
      LockSupport.parkNanos(delay);
      assertThat(child.alive()).as(said(rig)).isTrue();
      cpu = cpu.plus(child.process().info().totalCpuDuration().orElse(Duration.ZERO));
    }
    return unfinished(checkpoints);
  }

  private void assertSame(Rig undisturbed, Rig killed) throws IOException {
    assertThat(killed.read(Topics.TRAINING_STEPS).stream().map(KillsIT::facts))
        .containsExactlyElementsOf(
            undisturbed.read(Topics.TRAINING_STEPS).stream().map(KillsIT::facts).toList())
        .hasSize(2 * STEPS);
    assertThat(killed.read(Topics.POLICIES))
        .extracting(Policy::getWeightsHash)
        .containsExactlyElementsOf(
            undisturbed.read(Topics.POLICIES).stream().map(Policy::getWeightsHash).toList());
    Path expected = newest(folder(undisturbed).resolve("checkpoints"));
    Path actual = newest(folder(killed).resolve("checkpoints"));
    assertThat(actual.getFileName().toString())
        .isEqualTo(expected.getFileName().toString())
        .endsWith("%08d".formatted(STEPS));
    for (String file : List.of("learner.safetensors", "reference.f64", "best.safetensors")) {
      assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
  }

  /** A step but for the clock. */
  private static List<Object> facts(TrainingStep step) {
    return Stream.of(
            step.getId(),
            step.getLoss(),
            String.valueOf(step.getKl()),
            String.valueOf(step.getRewardMargin()),
            step.getGradNorm(),
            step.getLearningRate(),
            step.getTokens(),
            step.getBatch(),
            step.getConsumed().toString().replaceAll("undisturbed[.]|killed[.]", ""))
        .map(Object.class::cast)
        .toList();
  }

  private static Rig rig(Cluster cluster) {
    Rig rig = new Rig(cluster);
    rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(60));
    rig.open(1, "M1", "sft", Topics.DEMONSTRATIONS);
    rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
    rig.open(2, "M2", "kto", Topics.LABELLED_COMPLETIONS);
    return rig;
  }

  private void awaitEnd(Rig rig, ChildTrainer child) {
    Rig.await(
        "two policies",
        Duration.ofMinutes(10),
        () -> !child.alive() || rig.read(Topics.POLICIES).size() == 2);
    assertThat(child.alive()).as(said(rig)).isTrue();
  }

  private Path folder(Rig rig) {
    return dir.resolve(rig.cluster().run());
  }

  private Path log(Rig rig) {
    return dir.resolve(rig.cluster().run() + ".log");
  }

  private String said(Rig rig) {
    try {
      return ChildTrainer.said(log(rig));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChildTrainer start(Rig rig) throws IOException {
    Path config = dir.resolve(rig.cluster().run() + ".yaml");
    if (!Files.exists(config)) {
      String recipe =
          Rig.recipeText(STEPS, ", guard: -5", "").replaceFirst("steps: 12", "steps: " + STEPS);
      Path file = Files.writeString(dir.resolve("recipe.yaml"), recipe);
      Files.writeString(config, ChildTrainer.config(rig.cluster(), file, folder(rig), STRIDE));
    }
    return ChildTrainer.start(config, log(rig), dir.resolve("classes.jsa"));
  }

  private static boolean unfinished(Path checkpoints) throws IOException {
    return all(checkpoints).stream().anyMatch(name -> name.startsWith("."));
  }

  private static Set<String> names(Path checkpoints) throws IOException {
    Set<String> names = all(checkpoints);
    names.removeIf(name -> name.startsWith("."));
    return names;
  }

  private static Set<String> all(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        all.forEach(path -> names.add(path.getFileName().toString()));
      }
    }
    return names;
  }

  private static Path newest(Path checkpoints) throws IOException {
    try (Stream<Path> all = Files.list(checkpoints)) {
      return all.max(Comparator.naturalOrder()).orElseThrow();
    }
  }
}
