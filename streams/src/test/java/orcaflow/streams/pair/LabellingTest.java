package orcaflow.streams.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.streams.pair.Labelling.Positives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LabellingTest {

  private static final String TEXT =
      """
      name: mine
      positives: teacher+student
      syntheticNegatives: none
      kto: each-response-once
      pairing: full-cross
      cap: 20
      flagTeacher: true
      """;

  @ParameterizedTest
  @FieldSource("orcaflow.streams.pair.Labelling#SHIPPED")
  void everyShippedPolicyIsThereUnderItsName(String name) {
    assertThat(Labelling.named(name).name()).isEqualTo(name);
    assertThat(Labelling.named(name).id()).matches(name + "@[0-9a-f]{12}");
  }

  /** Rows already written name these; values may not change under a name without its hash. */
  @Test
  void theIdOfAPolicyIsItsValues() {
    assertThat(Labelling.named("rollouts").positives()).isEqualTo(Positives.STUDENT_ONLY);
    assertThat(parse(TEXT).id()).isNotEqualTo(parse(TEXT.replace("20", "21")).id());
    assertThat(hash(parse(TEXT))).isEqualTo(hash(parse(TEXT.replace("mine", "yours"))));
  }

  /** A setting that was added later does not change the ids of policies that do without it. */
  @Test
  void olderPoliciesKeepTheirIds() {
    assertThat(Labelling.named("rollouts").id()).isEqualTo("rollouts@2e219ef3df32");
    assertThat(parse(TEXT).id())
        .isNotEqualTo(parse(TEXT + "demonstrations: teacher+student\n").id())
        .isNotEqualTo(parse(TEXT + "solved: skip\n").id())
        .isEqualTo(parse(TEXT + "solved: keep\n").id());
  }

  @Test
  void sayWhatIsWrong() {
    assertThatThrownBy(() -> Labelling.named("gold"))
        .hasMessage(
            "labelling is 'gold': use one of rollouts, paper, paper-capped, paper-no-synthetic,"
                + " teacher-only, one-to-one, teacher-reliable, rejection-sampling, expert-iteration,"
                + " unsolved, rollouts-else-teacher, or a YAML file");
    assertThatThrownBy(() -> parse(TEXT.replace("none", "steal")))
        .hasMessage("l.yaml: syntheticNegatives: is 'steal': give one of none, borrow");
    assertThatThrownBy(() -> parse(TEXT.replace("cap: 20", "cap: -1")))
        .hasMessage("l.yaml: cap is '-1': give 0 to 1000");
    assertThatThrownBy(() -> parse(TEXT.replace("pairing: full-cross\n", "")))
        .hasMessage("l.yaml: pairing is missing: give one-to-one or full-cross");
  }

  @ParameterizedTest
  @FieldSource("orcaflow.streams.pair.Labelling#SHIPPED")
  void theTextOfAShippedOneCanBeUsedAsAFile(String name) {
    assertThat(Labelling.of(file(Labelling.text(name)))).isEqualTo(Labelling.named(name));
  }

  @Test
  void aFileDoesNotTakeTheNameOfAShippedOneForOtherValues() {
    assertThat(Labelling.of(file(TEXT)).name()).isEqualTo("mine");
    assertThatThrownBy(() -> Labelling.of(file(TEXT.replace("mine", "paper"))))
        .hasMessage(
            "l.yaml: name is 'paper': a shipped labelling with other values has that name, give"
                + " another");
  }

  private static LabellingSource file(String text) {
    return new LabellingSource("l.yaml", Optional.of(text));
  }

  private static Labelling parse(String text) {
    return ConfigFile.parse("l.yaml", text, Labelling.class, "", Map.of());
  }

  private static String hash(Labelling labelling) {
    return labelling.id().split("@")[1];
  }
}
