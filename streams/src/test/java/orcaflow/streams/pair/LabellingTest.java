package orcaflow.streams.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import orcaflow.schemas.ConfigFile;
import orcaflow.streams.pair.Labelling.Positives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {"rollouts", "paper-no-synthetic", "teacher-only"})
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

  @Test
  void sayWhatIsWrong() {
    assertThatThrownBy(() -> Labelling.named("gold"))
        .hasMessage("labelling is 'gold': use one of rollouts, paper-no-synthetic, teacher-only");
    assertThatThrownBy(() -> parse(TEXT.replace("none", "borrow")))
        .hasMessageContaining("syntheticNegatives")
        .hasMessageContaining("borrow")
        .hasMessageContaining("none");
    assertThatThrownBy(() -> parse(TEXT.replace("cap: 20", "cap: -1")))
        .hasMessage("l.yaml: cap is '-1': give 0 to 1000");
    assertThatThrownBy(() -> parse(TEXT.replace("pairing: full-cross\n", "")))
        .hasMessage("l.yaml: pairing is missing: give one-to-one or full-cross");
  }

  private static Labelling parse(String text) {
    return ConfigFile.parse("l.yaml", text, Labelling.class, "", Map.of());
  }

  private static String hash(Labelling labelling) {
    return labelling.id().split("@")[1];
  }
}
