package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.Rig;
import orcaflow.trainer.Students;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.Test;

class ObjectivesTest {

  /** 10 desirable ones and 30 others. */
  private static final List<UnpairedExample> ROWS =
      IntStream.range(0, 40)
          .mapToObj(i -> new UnpairedExample(new Example(new int[] {1}, new int[] {2}), i < 10))
          .toList();

  @Test
  void ktosWeightsComeFromTheCountsUnlessTheyAreGiven() {
    Kto.Settings counted = kto("weightRatio: 1.16").settings(ROWS);
    assertThat(counted.weights().desirable()).isCloseTo(3 * 1.16, within(1e-9));
    assertThat(counted.weights().undesirable()).isEqualTo(1);
    assertThat(counted.loss()).isEqualTo(KtoLoss.KTO);

    String given = "desirableWeight: 1.5, undesirableWeight: 0.5, loss: apo_zero_unpaired";
    assertThat(kto(given).settings(ROWS))
        .isEqualTo(Students.kto(0.1, 1.5, 0.5, KtoLoss.APO_ZERO_UNPAIRED));
  }

  @Test
  void dpoAddsLikelihoodOnlyWhereAsked() {
    assertThat(dpo("guard: -1.0").settings().nllWeight()).isEqualTo(Students.dpo(0.1).nllWeight());
    assertThat(dpo("guard: -1.0").settings().beta()).isEqualTo(0.1);
    assertThat(dpo("nllWeight: 0.2").settings()).isEqualTo(Students.dpo(0.1, 0.2));
  }

  @Test
  void anAnswerThatTheLimitCutHasNoEndOfText() {
    StudentTokenizer tokenizer = StudentTokenizer.build(Stream.of("#### 1"), 10);
    ExampleEncoder encoder = new ExampleEncoder(tokenizer);
    int[] whole = tokenizer.encode("#### 1");
    LabelledCompletion row =
        LabelledCompletion.newBuilder(Rig.completion(1, 0, 2)).setCompletion("#### 1").build();
    Kto kto = kto("weightRatio: 1.16");
    assertThat(kto.encode(row, encoder).example().completion())
        .hasSize(whole.length + 1)
        .endsWith(tokenizer.eos());
    LabelledCompletion cut = LabelledCompletion.newBuilder(row).setCut(true).build();
    assertThat(kto.encode(cut, encoder).example().completion()).containsExactly(whole);
    assertThat(Sft.onRightAnswers(false).encode(cut, encoder).completion()).containsExactly(whole);
    LabelledCompletion empty = LabelledCompletion.newBuilder(cut).setCompletion("").build();
    assertThat(kto.encode(empty, encoder).example().completion())
        .as("an example has a token")
        .containsExactly(tokenizer.eos());

    PreferencePair pair =
        PreferencePair.newBuilder(Rig.pair(1, 2))
            .setChosen("#### 1")
            .setRejected("#### 1")
            .setRejectedCut(true)
            .build();
    PreferenceExample both = dpo("guard: -1.0").encode(pair, encoder);
    assertThat(both.chosen().completion()).hasSize(whole.length + 1);
    assertThat(both.rejected().completion()).containsExactly(whole);
  }

  private static Kto kto(String more) {
    return (Kto) Objectives.of(spec("algorithm: kto", more));
  }

  private static Dpo dpo(String more) {
    return (Dpo) Objectives.of(spec("algorithm: dpo", more));
  }

  private static IterationSpec spec(String algorithm, String more) {
    String text =
        Rig.recipeText(10, "", "")
            .replaceFirst("algorithm: kto", algorithm)
            .replaceFirst("weightRatio: 1.16", more);
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of()).iterations().get(1);
  }
}
