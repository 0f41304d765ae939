package orcaflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orcaflow.events.Policy;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingPolicyTest {

  @TempDir private Path folder;

  @Test
  void takesAPolicyByNameWithThoseBeforeIt() throws Exception {
    List<Policy> there = List.of(policy(2, folder), policy(1, folder), policy(3, folder));
    StartingPolicy start = StartingPolicy.of("M2", there, recipe("orca-math"));
    assertThat(start.iteration()).isEqualTo(2);
    assertThat(start.policies()).extracting(Policy::getName).containsExactly("M1", "M2");
  }

  @Test
  void aNewStudentStartsFromNothing() throws Exception {
    assertThat(StartingPolicy.of("fresh", List.of(), recipe("kto")))
        .isEqualTo(new StartingPolicy(0, List.of()));
  }

  @Test
  void refusesWhatIsNeitherAPolicyNorAFolder() {
    assertThatThrownBy(() -> StartingPolicy.of("M7", List.of(policy(1, folder)), recipe("kto")))
        .isInstanceOf(BadReplay.class)
        .hasMessage(
            "--from-policy M7 is neither a policy of the run (M1), nor a folder, nor 'fresh'");
  }

  @Test
  void refusesARecipeWithNothingBehindTheCheckpoint() {
    assertThatThrownBy(() -> StartingPolicy.of("M2", List.of(policy(2, folder)), recipe("kto")))
        .isInstanceOf(BadReplay.class)
        .hasMessage(
            "--from-policy M2 ends iteration 2, and recipe 'kto' has no iteration behind it");
  }

  @Test
  void refusesAPolicyWhoseFolderIsGone() {
    Path gone = folder.resolve("gone");
    assertThatThrownBy(() -> StartingPolicy.of("M1", List.of(policy(1, gone)), recipe("kto")))
        .isInstanceOf(BadReplay.class)
        .hasMessage("policy main-M1 was left in %s, which is not there any more".formatted(gone));
  }

  private static Recipe recipe(String name) throws Exception {
    return RecipeFile.read(name, Map.of()).recipe();
  }

  private static Policy policy(int iteration, Path location) {
    return Policy.newBuilder()
        .setVersion("main-M" + iteration)
        .setIteration(iteration)
        .setName("M" + iteration)
        .setAlgorithm("sft")
        .setStep(1)
        .setExamples(1)
        .setSeconds(1)
        .setWeightsHash("hash")
        .setLocation(location.toString())
        .setTime(Instant.EPOCH)
        .build();
  }
}
