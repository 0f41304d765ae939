package orcaflow.cli.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.VerdictValue;

/** Graded groups with verdicts by hand. */
public final class GradedGroups {

  private GradedGroups() {}

  public static GradedCompletion completion(String id, String text, VerdictValue verdict) {
    return GradedCompletion.newBuilder()
        .setRolloutId(id)
        .setIndex(0)
        .setText(text)
        .setVerdict(verdict)
        .setReason("judge:by hand")
        .build();
  }

  /** A group that is compared with a reference, or with null where there is none. */
  public static GradedRollout group(
      String problem, String reference, GradedCompletion... completions) {
    return GradedRollout.newBuilder()
        .setId("request-" + problem)
        .setProblemId(problem)
        .setQuestion("How many?")
        .setIteration(2)
        .setPolicyVersion("M1")
        .setReferenceAnswer(reference)
        .setTeacherSolutionId("solution")
        .setCompletions(new ArrayList<>(List.of(completions)))
        .setLineage(
            Lineage.newBuilder()
                .setSeed("seed")
                .setAgent("sample")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }
}
