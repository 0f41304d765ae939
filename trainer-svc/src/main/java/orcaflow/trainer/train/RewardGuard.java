package orcaflow.trainer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Watches the mean reward of desirable (or chosen) rows. KTO can push right and wrong answers down
 * together, and its KL term, clamped at 0, does not brake: then this reward falls and stays low.
 * The mean is taken over a window of batches, as one batch is noisy.
 *
 * <p>The best policy so far is the one at the end of the window with the highest mean: while the
 * reward falls, only a benchmark could name a better one, and training must not read benchmarks.
 *
 * @param floor the run has collapsed when a whole window's mean is below it
 * @param recent rewards of the latest batches, at most {@value #WINDOW}
 * @param best highest mean of a window so far; negative infinity before the first window
 * @param bestStep the step that window ended with; 0 for the start
 */
record RewardGuard(double floor, List<Double> recent, double best, int bestStep) {

  static final int WINDOW = 5;

  RewardGuard {
    recent = List.copyOf(recent);
  }

  static RewardGuard at(double floor) {
    return new RewardGuard(floor, List.of(), Double.NEGATIVE_INFINITY, 0);
  }

  /** The guard after a batch; a batch without desirable rows changes nothing. */
  RewardGuard after(int step, OptionalDouble reward) {
    if (reward.isEmpty()) {
      return this;
    }
    List<Double> latest = new ArrayList<>(recent);
    latest.add(reward.getAsDouble());
    if (latest.size() > WINDOW) {
      latest.remove(0);
    }
    RewardGuard next = new RewardGuard(floor, latest, best, bestStep);
    return next.full() && next.mean() > best
        ? new RewardGuard(floor, latest, next.mean(), step)
        : next;
  }

  boolean collapsed() {
    return full() && mean() < floor;
  }

  /** Mean over the window. */
  double mean() {
    return recent.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private boolean full() {
    return recent.size() == WINDOW;
  }
}
