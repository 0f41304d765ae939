package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import orcaflow.events.AlarmKind;
import orcaflow.events.Evaluation;
import orcaflow.events.StyleScore;
import org.junit.jupiter.api.Test;

class DriftTest {

  private static final Evaluation USUAL = evaluation(90, 12, 1, 1, 0.3);

  @Test
  void smallChangesAndChangesForTheBetterAreNone() {
    assertThat(Drift.between(USUAL, USUAL)).isEmpty();
    assertThat(Drift.between(USUAL, evaluation(81, 9, 5, 3, 0.11))).isEmpty();
    assertThat(Drift.between(USUAL, evaluation(100, 17, 0, 0, 0.85))).isEmpty();
  }

  @Test
  void eachNumberHasItsAlarm() {
    assertThat(kinds(evaluation(79, 12, 1, 1, 0.3))).containsExactly(AlarmKind.WORKED_SHARE);
    assertThat(kinds(evaluation(90, 19, 1, 1, 0.3))).containsExactly(AlarmKind.LENGTH);
    assertThat(kinds(evaluation(90, 7, 1, 1, 0.3))).containsExactly(AlarmKind.LENGTH);
    assertThat(kinds(evaluation(90, 12, 7, 1, 0.3))).containsExactly(AlarmKind.CUT_SHARE);
    assertThat(kinds(evaluation(90, 12, 1, 1, 0.09))).containsExactly(AlarmKind.ENTROPY);
    assertThat(kinds(evaluation(90, 12, 1, 1, 0.95))).containsExactly(AlarmKind.ENTROPY);
    assertThat(kinds(evaluation(90, 12, 1, 5, 0.3))).containsExactly(AlarmKind.UNDECIDED_SHARE);
  }

  @Test
  void answersWithoutTokensAreShorterAndHaveNoEntropy() {
    Evaluation empty = evaluation(0, 0, 0, 0, 0.3);
    empty.put("entropy", null);
    assertThat(kinds(empty)).containsExactly(AlarmKind.WORKED_SHARE, AlarmKind.LENGTH);
  }

  @Test
  void theSentenceHasBothNumbers() {
    Drift drift = Drift.between(USUAL, evaluation(40, 12, 1, 1, 0.3)).get(0);

    assertThat(drift.before()).isEqualTo(0.9);
    assertThat(drift.after()).isEqualTo(0.4);
    assertThat(drift.sentence()).isEqualTo("the share of worked answers fell from 0.900 to 0.400");
    assertThat(drift.cause()).startsWith("answers without steps");
  }

  private static List<AlarmKind> kinds(Evaluation after) {
    return Drift.between(USUAL, after).stream().map(Drift::kind).toList();
  }

  /** Of 100 answers. */
  private static Evaluation evaluation(
      int worked, double tokens, int cut, int undecided, double entropy) {
    return Evaluation.newBuilder()
        .setId("id")
        .setPolicyVersion("v")
        .setName("M1")
        .setBenchmark("b")
        .setMode("sampled")
        .setTemperature(0.7)
        .setTopP(0.95)
        .setN(100)
        .setCorrect(50)
        .setUndecided(undecided)
        .setAccuracy(0.5)
        .setLow(0.4)
        .setHigh(0.6)
        .setStyles(
            List.of(new StyleScore("worked", worked, 0), new StyleScore("bare", 100 - worked, 0)))
        .setSeconds(1)
        .setTime(Instant.EPOCH)
        .setTokens(tokens)
        .setCut(cut)
        .setEntropy(entropy)
        .build();
  }
}
