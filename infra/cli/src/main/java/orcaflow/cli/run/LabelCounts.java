package orcaflow.cli.run;

import java.util.Map;
import java.util.TreeMap;
import orcaflow.cli.run.Labels.Count;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;

/** Counts rows of training data one by one; {@link #labels} says what they come to. */
final class LabelCounts {

  private final Map<Integer, Count> byCorrect = new TreeMap<>();
  private long fromSolutions;
  private long fromRollouts;

  void count(Demonstration row) {
    if (row.getIteration() == 0) {
      fromSolutions++;
    } else {
      fromRollouts++;
    }
  }

  void count(LabelledCompletion row) {
    long desirable = row.getDesirable() ? 1 : 0;
    long borrowed = row.getDonorProblemId() == null ? 0 : 1;
    add(row.getCorrectCount(), new Count(desirable, 1 - desirable, borrowed, 0, 0));
  }

  void count(PreferencePair row) {
    long borrowed = row.getDonorProblemId() == null ? 0 : 1;
    add(row.getCorrectCount(), new Count(0, 0, 0, 1, borrowed));
  }

  Labels labels() {
    return Labels.of(fromSolutions, fromRollouts, byCorrect);
  }

  private void add(int correct, Count count) {
    byCorrect.merge(correct, count, Count::and);
  }
}
