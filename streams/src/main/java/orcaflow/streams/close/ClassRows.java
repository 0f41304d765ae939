package orcaflow.streams.close;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.VerdictValue;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;

/**
 * What a problem gives under a labelling, by how many of its rollouts are right: an example that
 * {@link ClosedSet} is asked about. The teacher solved the problem, all answers differ in their
 * words, and other problems have wrong answers to lend.
 *
 * @param right how many of the rollouts are right
 * @param desirable labelled completions
 * @param undesirable labelled completions, borrowed ones among them
 * @param pairs preference pairs
 * @param demonstrations from right rollouts; the teacher's solution is one in any case
 */
public record ClassRows(int right, int desirable, int undesirable, int pairs, int demonstrations) {

  /**
   * One for each number of right rollouts, from none to all.
   *
   * @param samples rollouts of a problem, at least 1
   */
  public static List<ClassRows> of(Labelling labelling, int samples) {
    List<GradedRollout> groups =
        IntStream.rangeClosed(0, samples).mapToObj(right -> group(right, samples)).toList();
    ClosedSet set = new ClosedSet(labelling);
    groups.forEach(set::add);
    return IntStream.rangeClosed(0, samples)
        .mapToObj(right -> count(right, set.rows(groups.get(right))))
        .toList();
  }

  private static ClassRows count(int right, Pairing.Rows rows) {
    int desirable = (int) rows.labelled().stream().filter(LabelledCompletion::getDesirable).count();
    return new ClassRows(
        right,
        desirable,
        rows.labelled().size() - desirable,
        rows.pairs().size(),
        rows.demonstrations().size());
  }

  private static GradedRollout group(int right, int samples) {
    List<GradedCompletion> completions = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      completions.add(completion(right, i));
    }
    Lineage lineage =
        Lineage.newBuilder()
            .setSeed("example")
            .setAgent("sample")
            .setRound(0)
            .setIndex(0)
            .setTime(Instant.EPOCH)
            .build();
    return GradedRollout.newBuilder()
        .setId("example-" + right)
        .setProblemId("example-" + right)
        .setQuestion("An example, with %d right".formatted(right))
        .setIteration(1)
        .setPolicyVersion("example")
        .setReferenceAnswer("1")
        .setTeacherSolutionId("example-solution-" + right)
        .setTeacherSolution("The teacher's way to 1")
        .setTeacherLineage(lineage)
        .setSamples(samples)
        .setCompletions(completions)
        .setLineage(lineage)
        .build();
  }

  /** The right ones are the first; wrong answers differ, so that no group agrees on one. */
  private static GradedCompletion completion(int right, int index) {
    boolean matches = index < right;
    String answer = matches ? "1" : Integer.toString(2 + index);
    return GradedCompletion.newBuilder()
        .setRolloutId("example-%d-%d".formatted(right, index))
        .setIndex(index)
        .setText("Way %d to %s".formatted(index, answer))
        .setAnswer(answer)
        .setVerdict(matches ? VerdictValue.MATCH : VerdictValue.MISMATCH)
        .setReason("example")
        .build();
  }
}
