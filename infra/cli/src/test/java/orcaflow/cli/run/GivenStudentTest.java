package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenStudentTest {

  @TempDir private Path dir;

  @Test
  void aFreshStudentIsNotGiven() throws IOException {
    assertThat(GivenStudent.of(recipe())).isEmpty();
  }

  @Test
  void isNamedByWhatItHoldsAndNotByWhereItLies() throws IOException {
    GivenStudent one = given(saved("a/mine", 1, "two two two"));

    assertThat(one.id()).isEqualTo("mine@" + one.hash().substring(0, 12));
    assertThat(given(saved("b/mine", 1, "two two two")).hash()).isEqualTo(one.hash());
    assertThat(given(saved("c/mine", 2, "two two two")).hash()).isNotEqualTo(one.hash());
    assertThat(given(saved("d/mine", 1, "six six six")).hash()).isNotEqualTo(one.hash());
  }

  @Test
  void saysInOneSentenceWhatIsWrongWithAFolder() throws IOException {
    Path gone = dir.resolve("gone");
    assertThatThrownBy(() -> given(gone)).hasMessage(gone + " is no folder that is there");
    Path damaged = saved("damaged", 1, "two two two");
    Files.delete(damaged.resolve("tokenizer.json"));
    assertThatThrownBy(() -> given(damaged))
        .hasMessage(damaged + " holds neither tokenizer.json nor tokenizer.model");
  }

  @Test
  void aRunThatBeganWithOneStudentIsNotContinuedWithAnother() throws Exception {
    Path file = dir.resolve("run.json");
    settings(Optional.of("mine@1")).claim(file);

    settings(Optional.of("mine@1")).claim(file);
    assertThatThrownBy(() -> settings(Optional.of("mine@2")).claim(file))
        .isInstanceOf(RunSettings.OtherRun.class)
        .hasMessageStartingWith(file + ": student is 'mine@1', and this command says 'mine@2'");
    assertThatThrownBy(() -> settings(Optional.empty()).claim(file))
        .hasMessageStartingWith(file + ": student is 'mine@1', and this command says 'none'");
  }

  @Test
  void aRunOfBeforeStudentsWereGivenIsContinued() throws Exception {
    Path file = dir.resolve("run.json");
    settings(Optional.empty()).claim(file);
    assertThat(Files.readString(file)).doesNotContain("student");

    settings(Optional.empty()).claim(file);
    assertThat(RunSettings.read(file)).contains(settings(Optional.empty()));
  }

  @Test
  void anotherLabellingIsRefusedAndOneOfBeforeItWasKeptIsNot() throws Exception {
    Path file = dir.resolve("run.json");
    settings(Optional.empty()).claim(file);
    settings(Optional.empty(), Optional.of("l@1")).claim(file);

    Path newer = dir.resolve("newer.json");
    settings(Optional.empty(), Optional.of("l@1")).claim(newer);
    assertThatThrownBy(() -> settings(Optional.empty(), Optional.of("l@2")).claim(newer))
        .hasMessageStartingWith(newer + ": labelling is 'l@1', and this command says 'l@2'");
  }

  private static RunSettings settings(Optional<String> student) {
    return settings(student, Optional.empty());
  }

  private static RunSettings settings(Optional<String> student, Optional<String> labelling) {
    return new RunSettings(
        "main", student, labelling, "r@1", "s@1", OptionalLong.empty(), "gold", "b@1");
  }

  private static GivenStudent given(Path folder) throws IOException {
    return GivenStudent.of(recipe().beginningWith(new StudentSpec.Folder(folder.toString())))
        .orElseThrow();
  }

  private static Recipe recipe() throws IOException {
    return RecipeFile.read("short", Map.of()).recipe();
  }

  private Path saved(String name, long seed, String words) throws IOException {
    StudentTokenizer tokenizer = StudentTokenizer.build(Stream.of(words), 10);
    StudentConfig config =
        new StudentConfig(
            tokenizer.vocabulary(),
            8,
            1,
            2,
            1,
            4,
            8,
            32,
            10_000,
            1e-5,
            OptionalInt.empty(),
            true,
            tokenizer.bos(),
            tokenizer.eos(),
            tokenizer.pad());
    Path folder = dir.resolve(name);
    Files.createDirectories(folder.getParent());
    new StudentFolder(config, Weights.random(config, seed), tokenizer).save(folder);
    return folder;
  }
}
