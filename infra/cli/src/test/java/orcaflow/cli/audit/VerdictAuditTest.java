package orcaflow.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.second.Disagreements;
import org.junit.jupiter.api.Test;

class VerdictAuditTest {

  private static final GradedRollout GROUP =
      GradedGroups.group(
          "problem",
          "7",
          GradedGroups.completion("rollout-0", "#### 7", VerdictValue.MATCH),
          GradedGroups.completion("rollout-1", "#### 8", VerdictValue.MATCH),
          GradedGroups.completion("rollout-2", "#### 7", VerdictValue.MISMATCH),
          GradedGroups.completion("rollout-3", "#### red", VerdictValue.UNDECIDED),
          GradedGroups.completion("rollout-4", "seven", VerdictValue.MATCH));

  private final VerdictAudit audit = new VerdictAudit();

  @Test
  void countsEachVerdictOnceAndListsWhatIsContradicted() {
    audit.check(GROUP);
    audit.check(GROUP);

    assertThat(audit.counts()).isEqualTo(new VerdictAudit.Counts(5, 3, 1, 2, 1, 2, 0, 0));
    assertThat(audit.found())
        .extracting(VerdictDisagreement::getId)
        .containsExactly("rollout-1", "rollout-2");
  }

  @Test
  void listsWhatWasRecordedOnlyIfItIsNotFoundNow() {
    Disagreements.of(GROUP).forEach(audit::record);
    assertThat(audit.recordedOnly()).hasSize(2);

    audit.check(GROUP);
    assertThat(audit.recordedOnly()).isEmpty();
    assertThat(audit.counts().recorded()).isEqualTo(2);
  }

  @Test
  void agreesWithNothingToCompareWith() {
    audit.check(
        GradedGroups.group(
            "problem",
            null,
            GradedGroups.completion("rollout-0", "#### 7", VerdictValue.UNDECIDED)));

    assertThat(audit.counts()).isEqualTo(new VerdictAudit.Counts(1, 0, 0, 0, 1, 1, 0, 0));
  }
}
