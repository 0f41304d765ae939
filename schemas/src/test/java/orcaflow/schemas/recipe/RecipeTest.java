package orcaflow.schemas.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.schemas.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {

  @TempDir private Path dir;

  private static final String TEXT =
      """
      name: orca-math
      seed: 1
      expansion: { askShare: 0.25, rounds: 2 }
      student: { hidden: 128, layers: 3, heads: 4, keyValueHeads: 2, feedForward: 320, context: 192, words: 2000 }
      rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      labelling: rollouts
      iterations:
        - { name: M1, algorithm: sft, steps: 550, batch: 64, learningRate: 3e-3, warmup: 30, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }
        - { name: M2, algorithm: kto, share: 0.03, steps: 50, batch: 64, learningRate: 3e-5, warmup: 10, schedule: linear, finalFraction: 0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16, guard: -0.1 }
      """;

  @Test
  void readsARecipe() {
    Recipe recipe = parse(TEXT, Map.of());

    assertThat(recipe.iterations()).extracting(IterationSpec::name).containsExactly("M1", "M2");
    assertThat(recipe.iterations().get(1).objective())
        .isEqualTo(
            new ObjectiveSpec.Kto(
                0.1, ObjectiveSpec.KtoLoss.KTO, Optional.empty(), 1.16, Optional.of(-0.1)));
    assertThat(recipe.iterations().get(1).keys().beta()).contains(0.1);
    assertThat(recipe.iterations().get(1).schedule()).isEqualTo(Schedule.LINEAR);
    assertThat(recipe.iterations().get(1).reference()).isEqualTo(IterationSpec.Reference.START);
    assertThat(recipe.iterations().get(0).fromRollouts()).isFalse();
  }

  /** Checkpoints and events of earlier versions have hashes of it. */
  @Test
  void itsTextIsThatOfEarlierVersions() {
    Recipe recipe = parse(withLora("{ rank: 8, alpha: 16, targets: [v_proj, q_proj] }"), Map.of());

    assertThat(recipe.iterations().get(0))
        .hasToString(
            "Step[name=M1, algorithm=sft, share=Optional.empty, reference=Optional.empty,"
                + " steps=550, batch=64, learningRate=0.003, warmup=30, schedule=cosine,"
                + " finalFraction=0.05, beta=Optional.empty, loss=Optional.empty,"
                + " desirableWeight=Optional.empty, undesirableWeight=Optional.empty,"
                + " nllWeight=Optional.empty, weightDecay=0.01, beta2=0.95, clip=1.0,"
                + " weightRatio=Optional.empty, guard=Optional.empty, lora=Optional.empty,"
                + " microBatch=Optional.empty, groupByLength=Optional.empty]");
    assertThat(recipe.toString())
        .startsWith(
            "Recipe[name=orca-math, seed=1, expansion=Expansion[askShare=0.25, rounds=2],"
                + " student=Shape[hidden=128, layers=3, heads=4, keyValueHeads=2,"
                + " feedForward=320, context=192, words=2000], rollouts=Sampling[samples=4,"
                + " temperature=0.7, topP=0.95, maxTokens=64], evaluation=Sampling[samples=1,"
                + " temperature=0.7, topP=0.95, maxTokens=64], labelling=rollouts,"
                + " iterations=[Step[name=M1, algorithm=sft,")
        .contains(
            ", Step[name=M2, algorithm=kto, share=Optional[0.03], reference=Optional.empty,"
                + " steps=50, batch=64, learningRate=3.0E-5, warmup=10, schedule=linear,"
                + " finalFraction=0.0, beta=Optional[0.1], loss=Optional.empty,"
                + " desirableWeight=Optional.empty, undesirableWeight=Optional.empty,"
                + " nllWeight=Optional.empty, weightDecay=0.01, beta2=0.95, clip=1.0,"
                + " weightRatio=Optional[1.16], guard=Optional[-0.1],"
                + " lora=Optional[Lora[rank=8, alpha=16.0, targets=[q_proj, v_proj]]],"
                + " microBatch=Optional.empty, groupByLength=Optional.empty]]");
  }

  @Test
  void theEnvironmentHasTheLastWord() {
    assertThat(parse(TEXT, Map.of("ORCAFLOW_RECIPE_STUDENT_KEY_VALUE_HEADS", "4")).student())
        .isEqualTo(new StudentSpec.Shape(128, 3, 4, 4, 320, 192, 2000));
    assertThat(
            parse(withStudent("{ folder: a }"), Map.of("ORCAFLOW_RECIPE_STUDENT_FOLDER", "b"))
                .student())
        .isEqualTo(new StudentSpec.Folder("b"));
  }

  @Test
  void namesFileKeyAndValueOfWhatIsWrong() {
    assertThatThrownBy(() -> parse(TEXT.replace("algorithm: kto", "algorithm: ppo"), Map.of()))
        .hasMessage("r.yaml: iterations.[1]: algorithm is 'ppo': give sft, kto, dpo or gspo");
    assertThatThrownBy(() -> parse(TEXT.replace("seed: 1", "sed: 1"), Map.of()))
        .hasMessage("r.yaml: seed: is missing");
    assertThatThrownBy(() -> parse(TEXT.replace("labelling:", "label: x\nlabelling:"), Map.of()))
        .hasMessageStartingWith("r.yaml: label: Unrecognized field \"label\"");
    assertThatThrownBy(() -> parse("name: [", Map.of())).hasMessageStartingWith("r.yaml:");
  }

  @ParameterizedTest
  @CsvSource({
    "models/mine,       recipes/r.yaml,      recipes/models/mine",
    "../mine,           recipes/r.yaml,      mine",
    "/srv/models/mine,  recipes/r.yaml,      /srv/models/mine",
    "mine,              r.yaml,              mine",
    "mine,              /srv/recipes/r.yaml, /srv/recipes/mine",
  })
  void aRelativeFolderOfAModelIsBesideTheRecipe(String folder, Path recipe, Path meant) {
    Recipe read = parse(withStudent("{ folder: " + folder + " }"), Map.of());

    assertThat(read.student()).isEqualTo(new StudentSpec.Folder(folder));
    assertThat(read.readFrom(recipe).student())
        .isEqualTo(new StudentSpec.Folder(meant.toAbsolutePath().toString()));
  }

  @Test
  void aFreshStudentIsTheSameWhereverTheRecipeLies() {
    Recipe read = parse(TEXT, Map.of());
    assertThat(read.readFrom(Path.of("recipes/r.yaml"))).isEqualTo(read);
  }

  @Test
  void everyShippedRecipeIsReadByItsName() {
    for (String name : RecipeFile.SHIPPED.split(", ")) {
      assertThat(RecipeFile.read(name, Map.of()).recipe().name()).isEqualTo(name);
    }
  }

  @Test
  void whatIsNeitherShippedNorAFileIsSaid() {
    assertThatThrownBy(() -> RecipeFile.read("none", Map.of()))
        .hasMessage(
            "recipe 'none' is neither a shipped one (orca-math, continuous, rejection-sampling,"
                + " short, sft, kto, apo-zero, dpo, dpo-nll, gspo) nor a file");
  }

  @Test
  void theIdIsThatOfTheTextAndOfAGivenStudent() {
    RecipeFile read = RecipeFile.parse("r.yaml", TEXT, Map.of());
    RecipeFile elsewhere = RecipeFile.parse("r.yaml", TEXT, Map.of("ORCAFLOW_RECIPE_SEED", "9"));

    assertThat(elsewhere.recipe().seed()).isEqualTo(9);
    assertThat(elsewhere.id())
        .isEqualTo(read.id())
        .isEqualTo(read.recipe().id(TEXT))
        .isEqualTo(read.with(read.recipe().labelled(LabellingSource.of("rollouts"))).id());
    assertThat(read.withStudent("ab12").id())
        .isNotEqualTo(read.id())
        .isEqualTo(read.recipe().id(TEXT + "\nstudent: ab12"));
  }

  @Test
  void aLabellingFromAFileIsOneBesideTheRecipeAndPartOfTheId() throws IOException {
    Path file = Files.writeString(dir.resolve("r.yaml"), TEXT.replace(": rollouts", ": l.yaml"));
    assertThatThrownBy(() -> RecipeFile.read(file.toString(), Map.of()))
        .hasMessage(
            "%s: labelling: %s: there is no such file".formatted(file, dir.resolve("l.yaml")));

    Path labelling = Files.writeString(dir.resolve("l.yaml"), "cap: 1");
    RecipeFile read = RecipeFile.read(file.toString(), Map.of());
    assertThat(read.recipe().labelling().text()).contains("cap: 1");
    String student = read.withStudent("ab12").id();

    Files.writeString(labelling, "cap: 2");
    RecipeFile changed = RecipeFile.read(file.toString(), Map.of());
    assertThat(changed.id()).isNotEqualTo(read.id());
    assertThat(changed.withStudent("ab12").id()).isNotEqualTo(student);
  }

  /** Checkpoints have a hash of it, and a folder may be moved. */
  @Test
  void theTextOfARecipeWithALabellingFromAFileDoesNotDependOnTheFolder() throws IOException {
    String text = TEXT.replace(": rollouts", ": l.yaml");
    List<String> texts = new ArrayList<>();
    for (String folder : List.of("a", "b")) {
      Path home = Files.createDirectory(dir.resolve(folder));
      Files.writeString(home.resolve("l.yaml"), "cap: 1");
      Path file = Files.writeString(home.resolve("r.yaml"), text);
      texts.add(RecipeFile.read(file.toString(), Map.of()).recipe().toString());
    }
    assertThat(texts.get(0)).isEqualTo(texts.get(1)).contains("labelling=file@");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ folder: m, hidden: 8 } | student: student has folder 'm' and hidden '8': give the shape of a fresh student (hidden, layers and so on), or the folder of a model, not both",
        "{}                       | student: student is '{}': give the shape of a fresh student (hidden, layers and so on), or the folder of a model",
        "models/mine              | student: student is 'models/mine': give the shape of a fresh student (hidden, layers and so on), or the folder of a model",
        "~                        | student is missing: give the shape of a fresh student, or the folder of a model",
        "{ folder: ~ }            | student: student.folder is missing: give the folder of a model",
        "{ folder: ' ' }          | student: student.folder is ' ': give the folder of a model",
        "{ hidden: 8 }            | student.layers: is missing",
        "{ hidden: 9, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 8, context: 16, words: 0 } | student: student.hidden is '9': give a multiple of 2 * heads",
      })
  void saysWhatIsWrongWithAStudent(String student, String message) {
    assertThatThrownBy(() -> parse(withStudent(student), Map.of()))
        .isInstanceOf(ConfigFile.BadConfig.class)
        .hasMessage("r.yaml: " + message);
  }

  private static String withStudent(String student) {
    return TEXT.replaceFirst("(?m)^student: .*$", "student: " + student);
  }

  @Test
  void anIterationMayLearnAnAdapter() {
    Recipe recipe = parse(withLora("{ rank: 8, alpha: 16, targets: [v_proj, q_proj] }"), Map.of());

    assertThat(recipe.iterations().get(0).lora()).isEmpty();
    assertThat(recipe.iterations().get(1).lora().orElseThrow())
        .hasToString("Lora[rank=8, alpha=16.0, targets=[q_proj, v_proj]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rank: 0, alpha: 16, targets: [q_proj] | lora.rank is '0': give 1 or more",
        "rank: 8, alpha: -1, targets: [q_proj] | lora.alpha is '-1.0': give more than 0",
        "rank: 8, alpha: 16, targets: [] | lora.targets is '[]': give one or more of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
        "rank: 8, alpha: 16, targets: [lm_head] | lora.targets is 'lm_head': give one or more of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
        "rank: 8, alpha: 16, targets: [~] | lora.targets is 'null': give one or more of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
        "rank: 8, alpha: 16 | lora.targets is missing: give one or more of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
      })
  void saysWhatIsWrongWithAnAdapter(String lora, String message) {
    assertThatThrownBy(() -> parse(withLora("{ " + lora + " }"), Map.of()))
        .hasMessage("r.yaml: iterations.[1].lora: " + message);
  }

  @Test
  void anAdapterNeedsItsRankAndNoUnknownKey() {
    assertThatThrownBy(() -> parse(withLora("{ alpha: 16, targets: [q_proj] }"), Map.of()))
        .hasMessage("r.yaml: iterations.[1].lora.rank: is missing");
    assertThatThrownBy(
            () ->
                parse(withLora("{ dropout: 0.1, rank: 1, alpha: 1, targets: [q_proj] }"), Map.of()))
        .hasMessageStartingWith(
            "r.yaml: iterations.[1].lora.dropout: Unrecognized field \"dropout\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schedule: linear | schedule: square   | schedule is 'square': give cosine, linear or constant",
        "schedule: linear, |                   | schedule is missing: give cosine, linear or constant",
        "algorithm: kto,  |                    | algorithm is missing: give sft, kto, dpo or gspo",
        "share: 0.03,     | reference: first, share: 1, | reference is 'first': give start or base",
        "share: 0.03,     |                    | share is missing: give a share of problems, as kto learns from rollouts",
        "steps: 50, batch: 64 | steps: 50, batch: 1 | batch is '1': give 2 or more: a batch of one is its own mismatch",
        "steps: 550, batch: 64 | steps: 550, batch: 0 | batch is '0': give 1 or more",
        "beta: 0.1,       |                    | beta is missing: give more than 0",
        "weightRatio: 1.16 | weightRatio: 0    | weightRatio is '0.0': give more than 0, to kto alone",
        "warmup: 10       | warmup: 51         | warmup is '51': give 0 to steps",
      })
  void saysWhatIsWrongWithAnIteration(String from, String to, String message) {
    assertThatThrownBy(() -> parse(TEXT.replace(from, to == null ? "" : to), Map.of()))
        .hasMessageStartingWith("r.yaml: iterations.[")
        .hasMessageEndingWith("]: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weightRatio: 1.16 | weightRatio: 1.16, loss: hinge | loss is 'hinge': give kto or apo_zero_unpaired",
        "algorithm: sft    | algorithm: sft, loss: kto | loss is 'kto': give it to kto alone",
        "weightRatio: 1.16 | desirableWeight: 1.0 | desirableWeight is '1.0': give both weights or none, to kto alone and without weightRatio",
        "weightRatio: 1.16 | weightRatio: 1.0, desirableWeight: 1, undesirableWeight: 2 | desirableWeight is '1.0': give both weights or none, to kto alone and without weightRatio",
        "weightRatio: 1.16 | desirableWeight: 1, undesirableWeight: -2 | undesirableWeight is '-2.0': give 0 or more",
        "weightRatio: 1.16 | desirableWeight: 0, undesirableWeight: 0 | desirableWeight is '0.0': give more than 0 to one of the two weights",
        "weightRatio: 1.16 | nllWeight: 0.5 | nllWeight is '0.5': give 0 or more, to dpo and gspo alone",
        "algorithm: sft | algorithm: sft, maxAge: 1 | maxAge is '1': give 0 or more, to an iteration with a share",
        "weightRatio: 1.16 | maxAge: -1 | maxAge is '-1': give 0 or more, to an iteration with a share",
        "algorithm: sft | algorithm: sft, problems: 9 | problems is '9': give 1 or more, to an iteration with a share",
        "weightRatio: 1.16 | problems: 0 | problems is '0': give 1 or more, to an iteration with a share",
        "algorithm: sft | algorithm: sft, epochs: 0 | epochs is '0.0': give more than 0",
        "algorithm: sft | algorithm: sft, distinct: true | distinct is 'true': give it to sft with a share alone",
        "weightRatio: 1.16 | distinct: true | distinct is 'true': give it to sft with a share alone",
        "algorithm: sft | algorithm: sft, beta: 0.1 | beta is '0.1': give it to kto and dpo alone",
        "algorithm: sft | algorithm: sft, guard: -0.1 | guard is '-0.1': give it to kto and dpo alone",
        "algorithm: sft | algorithm: sft, weightRatio: 1 | weightRatio is '1.0': give more than 0, to kto alone",
      })
  void saysWhatIsWrongWithALoss(String from, String to, String message) {
    assertThatThrownBy(() -> parse(TEXT.replace(from, to), Map.of()))
        .hasMessageStartingWith("r.yaml: iterations.[")
        .hasMessageEndingWith("]: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "beta: 0.1 | beta is '0.1': give it to kto and dpo alone",
        "guard: -0.1 | guard is '-0.1': give it to kto and dpo alone",
        "reference: base | reference is 'base': give start to gspo, whose rollouts are those of the start",
        "nllWeight: -1 | nllWeight is '-1.0': give 0 or more, to dpo and gspo alone",
        "loss: kto | loss is 'kto': give it to kto alone",
        "weightRatio: 1 | weightRatio is '1.0': give more than 0, to kto alone",
      })
  void gspoHasNoKeysOfOthers(String key, String message) {
    String text =
        TEXT.replace("algorithm: kto", "algorithm: gspo")
            .replace("beta: 0.1, ", "")
            .replace(", weightRatio: 1.16, guard: -0.1", "");
    assertThat(parse(text, Map.of()).iterations().get(1).objective())
        .isEqualTo(new ObjectiveSpec.Gspo(0));
    assertThatThrownBy(() -> parse(text.replace("gspo", "gspo, " + key), Map.of()))
        .hasMessage("r.yaml: iterations.[1]: " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "1,   10000, 50", // 156 batches of 64
    "1,   1500,  23",
    "2.5, 1500,  50",
    "0.5, 1500,  11",
    "2,   30,    2", // one batch of 30 a pass
    "0.1, 30,    1",
  })
  void epochsBoundTheSteps(double epochs, int rows, int steps) {
    String text = TEXT.replace("share: 0.03", "share: 0.03, epochs: " + epochs);
    IterationSpec spec = parse(text, Map.of()).iterations().get(1).over(rows);
    assertThat(spec.steps()).isEqualTo(steps);
    assertThat(spec.warmup()).isEqualTo(Math.min(10, steps));
    assertThat(parse(TEXT, Map.of()).iterations().get(1).over(rows).steps()).isEqualTo(50);
  }

  private static String withLora(String lora) {
    return TEXT.replace("guard: -0.1", "guard: -0.1, lora: " + lora);
  }

  private static Recipe parse(String text, Map<String, String> environment) {
    return ConfigFile.parse("r.yaml", text, Recipe.class, "ORCAFLOW_RECIPE", environment);
  }

  @Test
  void aContinuousPartRepeatsAfterTheLastIteration() {
    Recipe recipe = RecipeFile.read("continuous", Map.of()).recipe();

    assertThat(recipe.iteration(0)).isEmpty();
    assertThat(recipe.iteration(1).orElseThrow().name()).isEqualTo("M1");
    assertThat(recipe.takesLateRollouts(1)).isFalse();
    assertThat(recipe.iteration(4).orElseThrow().name()).isEqualTo("M4");
    assertThat(recipe.iteration(4).orElseThrow().algorithm()).isEqualTo("sft");
    assertThat(recipe.iteration(5).orElseThrow().name()).isEqualTo("M5");
    assertThat(recipe.iteration(1_000).orElseThrow().name()).isEqualTo("M1000");
    assertThat(recipe.iteration(1_000).orElseThrow().algorithm()).isEqualTo("gspo");
    assertThat(recipe.iteration(1_000).orElseThrow().fromRollouts()).isTrue();
    assertThat(recipe.takesLateRollouts(2)).isTrue();
    assertThat(recipe.takesLateRollouts(1_000)).isTrue();
    assertThat(recipe.ending().iteration(4)).isPresent();
    assertThat(recipe.ending().iteration(5)).isEmpty();
    assertThat(recipe.ending().takesLateRollouts(2)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: M, algorithm: sft | continuous.rows is missing: give the number of new rows",
        "name: M, algorithm: sft, rows: 0 | rows is '0': give 1 or more",
        "name: M, algorithm: sft, share: 1, rows: 500, problems: 124 | problems is '124': give enough for"
            + " the 500 rows that open M, at 4 samples a problem",
        "name: N, algorithm: sft, rows: 5 | iterations.name is 'N12': give a name that no"
      })
  void aContinuousPartThatCannotBeIsRefused(String keys, String sentence) {
    String text = RecipeFile.read("continuous", Map.of()).text();
    String other =
        text.lines().filter(line -> !line.startsWith("continuous:")).toList().stream()
                .map(line -> line.replace("name: M1,", "name: N12,"))
                .collect(Collectors.joining("\n"))
            + "\ncontinuous: { %s, steps: 5, batch: 4, learningRate: 1e-3, warmup: 0, schedule:"
                .formatted(keys)
            + " constant, finalFraction: 1, weightDecay: 0, beta2: 0.9, clip: 1 }\n";
    assertThatThrownBy(() -> RecipeFile.parse("c.yaml", other, Map.of()))
        .hasMessageContaining(sentence);
  }
}
