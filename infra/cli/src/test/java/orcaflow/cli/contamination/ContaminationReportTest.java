package orcaflow.cli.contamination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.cli.contamination.ContaminationReport.Level;
import org.junit.jupiter.api.Test;

class ContaminationReportTest {

  private static final NearPair EXACT = new NearPair("a", 1, "x", 1, List.of(1.0, 1.0), true);
  private static final NearPair TWICE = new NearPair("a", 1, "y", 0.9, List.of(0.6, 0.51), false);
  private static final NearPair HALF = new NearPair("b", 2, "x", 0.7, List.of(0.5, 0.5), false);
  private static final NearPair RISING = new NearPair("b", 2, "z", 0.7, List.of(0.5, 0.55), false);
  private static final NearPair ONCE = new NearPair("c", 3, "z", 0.8, List.of(0.7, 0.1), false);
  private static final NearPair WORDLESS = new NearPair("d", 4, "w", 0, List.of(), true);

  private final ContaminationReport report =
      ContaminationReport.of(4, 1, 30, List.of(HALF, ONCE, RISING, TWICE, EXACT, WORDLESS));

  @Test
  void countsPairsAndQuestionsAboveHalfAtEachN() {
    assertThat(report.levels())
        .startsWith(new Level(1, 3, 2), new Level(2, 3, 2), new Level(3, 0, 0))
        .hasSize(8);
  }

  @Test
  void atEveryNMeansEveryNThatBothTextsHave() {
    assertThat(report.everyLevelPairs()).isEqualTo(2);
    assertThat(report.everyLevelQuestions()).isEqualTo(1);
  }

  @Test
  void exactCopiesComeFirstThenTheGreatestOverlap() {
    assertThat(report.exactPairs()).isEqualTo(2);
    assertThat(report.worst()).containsExactly(EXACT, WORDLESS, ONCE, TWICE, RISING);
  }
}
