package orcaflow.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import orcaflow.cli.audit.VerdictReasons.Row;
import orcaflow.events.GradedCompletion;
import orcaflow.events.VerdictValue;
import org.junit.jupiter.api.Test;

class VerdictReasonsTest {

  private final VerdictReasons reasons = new VerdictReasons();

  @Test
  void countsByVerdictAndReasonTheMostFrequentFirst() {
    reasons.count(
        GradedGroups.group(
            "a",
            "7",
            completion("0", VerdictValue.MATCH, "rounded"),
            completion("1", VerdictValue.MATCH, "equal"),
            completion("2", VerdictValue.MATCH, "equal"),
            completion("3", VerdictValue.MISMATCH, "different")));

    assertThat(reasons.rows())
        .containsExactlyInAnyOrder(
            new Row(VerdictValue.MATCH, "equal", 2, 0.5),
            new Row(VerdictValue.MATCH, "rounded", 1, 0.25),
            new Row(VerdictValue.MISMATCH, "different", 1, 0.25));
    assertThat(reasons.rows())
        .filteredOn(row -> row.verdict() == VerdictValue.MATCH)
        .extracting(Row::reason)
        .containsExactly("equal", "rounded");
  }

  @Test
  void hasOneReasonForAllOfAJudgesAndOneForWhatItDoesNotKnow() {
    reasons.count(
        GradedGroups.group(
            "a",
            "7",
            completion("0", VerdictValue.MATCH, "judge:both say seven"),
            completion("1", VerdictValue.MATCH, "judge:"),
            completion("2", VerdictValue.MATCH, "<b>of another build</b>")));

    assertThat(reasons.rows())
        .extracting(Row::reason, Row::rollouts)
        .containsExactly(tuple("judge", 2L), tuple("other", 1L));
  }

  @Test
  void hasNoRowsBeforeThereIsAVerdict() {
    assertThat(reasons.rows()).isEmpty();
  }

  private static GradedCompletion completion(String id, VerdictValue verdict, String reason) {
    GradedCompletion completion = GradedGroups.completion(id, "#### 7", verdict);
    return GradedCompletion.newBuilder(completion).setReason(reason).build();
  }
}
