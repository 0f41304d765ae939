package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.SampledTokens;
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

  @Test
  void tokensAreTrainedAsTheyWereSampled() {
    StudentTokenizer tokenizer = StudentTokenizer.build(Stream.of("#### 12"), 20);
    ExampleEncoder encoder = new ExampleEncoder(tokenizer);
    int[] own = tokenizer.encode("#### 12");
    List<Integer> sampled =
        "#### 12"
            .codePoints()
            .mapToObj(Character::toString)
            .flatMapToInt(piece -> IntStream.of(tokenizer.encode(piece)))
            .boxed()
            .toList();
    assertThat(sampled).as("another way to write it").hasSizeGreaterThan(own.length);
    List<Integer> ended = new ArrayList<>(sampled);
    ended.add(tokenizer.eos());
    LabelledCompletion row =
        LabelledCompletion.newBuilder(Rig.completion(1, 0, 2)).setCompletion("#### 12").build();

    Example whole = encoded(row, ended, Collections.nCopies(ended.size(), -0.5f), encoder);
    assertThat(whole.completion()).containsExactly(array(ended));
    assertThat(whole.sampledLogProbs()).hasSize(ended.size()).containsOnly(-0.5f);
    // The stop text ended it: no end-of-text was sampled.
    assertThat(encoded(row, sampled, List.of(), encoder).completion())
        .containsExactly(array(sampled));

    List<Integer> text = new ArrayList<>(Arrays.stream(own).boxed().toList());
    text.add(tokenizer.eos());
    List<Integer> foreign = List.of(tokenizer.vocabulary() + 1);
    List<Integer> other = Arrays.stream(tokenizer.encode("#### 2")).boxed().toList();
    List<Integer> endsTwice = new ArrayList<>(ended);
    endsTwice.add(tokenizer.eos());
    for (List<Integer> wrong : List.of(List.<Integer>of(), foreign, other, endsTwice)) {
      Example encoded = encoded(row, wrong, List.of(), encoder);
      assertThat(encoded.completion()).as(wrong.toString()).containsExactly(array(text));
      assertThat(encoded.isSampled()).isFalse();
    }
    LabelledCompletion cut = LabelledCompletion.newBuilder(row).setCut(true).build();
    assertThat(encoded(cut, ended, List.of(), encoder).completion())
        .as("an end that the limit left no room for")
        .containsExactly(own);
  }

  private static Example encoded(
      LabelledCompletion row, List<Integer> ids, List<Float> logProbs, ExampleEncoder encoder) {
    LabelledCompletion with =
        LabelledCompletion.newBuilder(row).setTokens(new SampledTokens(ids, logProbs)).build();
    Example sft = Sft.onRightAnswers(false).encode(with, encoder);
    Example kto = kto("weightRatio: 1.16").encode(with, encoder).example();
    assertThat(kto.completion()).containsExactly(sft.completion());
    return kto;
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
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
