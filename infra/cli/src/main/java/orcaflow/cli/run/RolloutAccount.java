package orcaflow.cli.run;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.OpenGroup;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.pair.Groups;
import orcaflow.streams.pair.Pairing;

/**
 * The rollouts of one iteration, from the problems that are due to rows of training data. A group
 * is all rollouts of a problem and has the id of its request; it may come in several parts. The
 * account is graded when
 *
 * <ul>
 *   <li>a due problem is requested;
 *   <li>a request has the outcome of sample, and the rollouts it counts;
 *   <li>a group is graded, or never will be, as its problem has no solution;
 *   <li>a graded group has the outcome of pair, and the open group that the labelling makes of it;
 * </ul>
 *
 * and closed when moreover every open group that waits has the outcome of close, and the rows are
 * those that pair and close count.
 */
final class RolloutAccount {

  private static final String SAMPLE = Stages.SAMPLE;
  private static final String PAIR = Stages.PAIR;
  private static final String CLOSE = Stages.CLOSE;

  private final int iteration;
  private final Optional<RolloutShare> share;
  private final Pairing pairing;
  private final StageAccount sample = new StageAccount();
  private final StageAccount pair = new StageAccount();
  private final StageAccount close = new StageAccount();
  private final Set<String> unsampled = new HashSet<>();
  private final Set<String> unsolvable = new HashSet<>();
  private IdMultiset due = IdMultiset.EMPTY;
  private IdMultiset requested = IdMultiset.EMPTY;
  private IdMultiset requests = IdMultiset.EMPTY;
  private IdMultiset sampledGroups = IdMultiset.EMPTY;
  private IdMultiset sampledProblems = IdMultiset.EMPTY;
  private IdMultiset gradedEvents = IdMultiset.EMPTY;
  private IdMultiset gradedOrNever = IdMultiset.EMPTY;
  private IdMultiset expectedOpen = IdMultiset.EMPTY;
  private IdMultiset openEvents = IdMultiset.EMPTY;
  private IdMultiset openGroups = IdMultiset.EMPTY;
  private IdMultiset waiting = IdMultiset.EMPTY;
  private IdMultiset rows = IdMultiset.EMPTY;
  private long rollouts;
  private long gradedGroups;
  private long completing;
  private long completions;
  private boolean closing;

  /**
   * @param iteration its number, from 1
   * @param share which problems are due, if the iteration has rollouts
   */
  RolloutAccount(int iteration, Optional<RolloutShare> share, Pairing pairing) {
    this.iteration = iteration;
    this.share = share;
    this.pairing = pairing;
  }

  /** An admitted problem, due in this iteration or not. */
  void count(Problem problem) {
    if (isDue(problem.getId())) {
      due = due.with(problem.getId());
    }
  }

  void count(RolloutRequest request) {
    requested = requested.with(request.getProblemId());
    requests = requests.with(request.getId());
  }

  void count(StudentRollout rollout) {
    rollouts++;
    sampledProblems = sampledProblems.with(rollout.getProblemId());
    completions += rollout.getCompletions().size();
    boolean laterPart = rollout.getRequestId() != null;
    if (!laterPart) {
      sampledGroups = sampledGroups.with(rollout.getId());
    }
  }

  void count(GradedRollout graded) {
    gradedEvents = gradedEvents.with(graded.getId());
    if (Groups.isFirst(graded)) {
      gradedGroups++;
      gradedOrNever = gradedOrNever.with(graded.getId());
    }
    pairing.open(graded).ifPresent(open -> expectedOpen = expectedOpen.with(open.getId()));
  }

  /** Each open group has an outcome of the stage close, but for those that only lend. */
  void count(OpenGroup group) {
    openEvents = openEvents.with(group.getId());
    if (group.getRole() == GroupRole.COMPLETES) {
      completing++;
    } else {
      openGroups = openGroups.with(group.getId());
    }
    if (group.getRole() != GroupRole.LENDS) {
      waiting = waiting.with(group.getId());
    }
  }

  /** The run says which open groups there are. */
  void closing() {
    closing = true;
  }

  /** A row of training data of the iteration's rollouts. */
  void row(String problemId) {
    rows = rows.with(problemId);
  }

  /** An outcome of any stage that belongs to the iteration. */
  void count(StageOutcome outcome) {
    switch (outcome.getStage()) {
      case SAMPLE -> {
        sample.count(outcome);
        if (outcome.getOutputs() == 0) {
          unsampled(outcome.getInputId());
        } else {
          sampled(outcome.getInputId());
        }
      }
      case PAIR -> pair.count(outcome);
      case CLOSE -> close.count(outcome);
      default -> {}
    }
  }

  /**
   * The problem will have no solution, so its rollouts are never graded. Which comes first, the
   * rollouts or the outcome that says so, depends on who reads which topic faster.
   */
  void unsolvable(String problemId) {
    String request = Ids.request(problemId, iteration);
    if (isDue(problemId) && unsolvable.add(request) && !unsampled.contains(request)) {
      gradedOrNever = gradedOrNever.with(request);
    }
  }

  /** The problem has a solution after all, as it was redriven. */
  void solvable(String problemId) {
    String request = Ids.request(problemId, iteration);
    if (unsolvable.remove(request) && !unsampled.contains(request)) {
      gradedOrNever = gradedOrNever.without(request);
    }
  }

  /** The request gave no rollouts that could be graded. */
  private void unsampled(String request) {
    if (unsampled.add(request) && unsolvable.contains(request)) {
      gradedOrNever = gradedOrNever.without(request);
    }
  }

  /** The request gave rollouts; after it was redriven, if it gave none before. */
  private void sampled(String request) {
    if (unsampled.remove(request) && unsolvable.contains(request)) {
      gradedOrNever = gradedOrNever.with(request);
    }
  }

  private boolean isDue(String problemId) {
    return share.filter(some -> some.is(problemId, iteration)).isPresent();
  }

  /** Whether the rollouts of all problems that are due so far are requested, sampled and graded. */
  boolean isGraded() {
    return requested.equals(due)
        && sample.turned(requests, sampledProblems)
        && gradedOrNever.equals(sampledGroups)
        && pair.inputs().equals(gradedEvents)
        && openEvents.equals(expectedOpen);
  }

  /** The open groups of a graded account, where nobody has said yet that these are all. */
  Optional<OpenGroups> toClose() {
    return isGraded() && openGroups.size() > 0 && !closing
        ? Optional.of(new OpenGroups(openGroups, completing))
        : Optional.empty();
  }

  /** Whether the rollouts are moreover labelled. */
  boolean isClosed() {
    return isGraded()
        && close.inputs().equals(waiting)
        && pair.outputs().with(close.outputs()).equals(rows);
  }

  RolloutProgress progress() {
    return new RolloutProgress(due.size(), requests.size(), rollouts, gradedGroups);
  }

  /** Completions of all rollouts. */
  long completions() {
    return completions;
  }
}
