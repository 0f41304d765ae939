package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Evaluation;
import org.junit.jupiter.api.Test;

class PairedScoresTest {

  private static final String FIRST = "1".repeat(10) + "0".repeat(40);
  private static final String SECOND = "0".repeat(2) + "1".repeat(20) + "?".repeat(28);

  @Test
  void theTableFitsATerminalAndCorrectsForItsRows() {
    List<PairedScores.Row> rows = new ArrayList<>();
    PairedScores.row(
            "M1 -> M2", evaluation("M1", "greedy", FIRST), evaluation("M2", "greedy", SECOND))
        .ifPresent(rows::add);
    PairedScores.row(
            "M1 -> M2", evaluation("M1", "sampled", FIRST), evaluation("M2", "sampled", FIRST))
        .ifPresent(rows::add);

    PairedScores scores = PairedScores.of(rows).orElseThrow();

    assertThat(scores.rows().get(0).p()).isEqualTo(0.012939453125);
    assertThat(scores.rows().get(0).holm()).isEqualTo(2 * 0.012939453125);
    assertThat(scores.text().lines())
        .containsExactly(
            "50 questions of b.jsonl",
            "          mode      difference [95 % interval]  lost  gained  exact p   Holm p",
            "M1 -> M2  greedy    +0.200 [+0.061, +0.345]        2      12   0.0129   0.0259",
            "M1 -> M2  sampled   +0.000 [-0.071, +0.071]        0       0   1.0000   1.0000",
            "smallest difference that they can show: 0.154 (two-sided 5 %, power 80 %, 15.4 % of them"
                + " differ)")
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void anEvaluationWithoutVerdictsIsNotPaired() {
    Evaluation old =
        Evaluation.newBuilder(evaluation("M1", "greedy", FIRST)).setVerdicts(null).build();

    assertThat(PairedScores.row("x", old, evaluation("M2", "greedy", SECOND))).isEmpty();
    assertThat(PairedScores.of(List.of())).isEmpty();
  }

  @Test
  void aReportWithoutPairedScoresReadsAndPrintsAsBefore() throws IOException {
    Report old =
        Report.JSON.readValue(
            """
            {"run": "main", "recipe": "r@1", "seconds": 1.0, "iterations": []}
            """,
            Report.class);

    assertThat(old.paired()).isEqualTo(Optional.empty());
    assertThat(old.robustness()).isEqualTo(Optional.empty());
    assertThat(old.json()).doesNotContain("paired", "robustness");
  }

  private static Evaluation evaluation(String policy, String mode, String verdicts) {
    int correct = (int) verdicts.chars().filter(c -> c == '1').count();
    return Evaluation.newBuilder()
        .setId(policy + mode)
        .setPolicyVersion(policy)
        .setName(policy)
        .setBenchmark("b.jsonl@0123456789ab")
        .setMode(mode)
        .setTemperature(0)
        .setTopP(1)
        .setN(verdicts.length())
        .setCorrect(correct)
        .setUndecided(0)
        .setAccuracy((double) correct / verdicts.length())
        .setLow(0)
        .setHigh(1)
        .setStyles(List.of())
        .setSeconds(1)
        .setTime(Instant.EPOCH)
        .setVerdicts(verdicts)
        .build();
  }
}
