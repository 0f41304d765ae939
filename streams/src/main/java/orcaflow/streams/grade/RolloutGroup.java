package orcaflow.streams.grade;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.schemas.Ids;

/**
 * The rollouts of one request, which are graded as a group: the rule of when a group is written, as
 * a value. Solution, rollouts and verdicts may come in any order, in parts and repeatedly. A group
 * has {@link #size} rollouts and is written once, whole, when its last verdict is final. A group
 * that is incomplete at the end of the grace time is written as it is, and what comes later follows
 * in revisions, as {@link Sent} says.
 *
 * <p>The methods return what follows from an input; empty means that the input changes nothing.
 *
 * @param grading which verdict a rollout gets
 * @param key the problem and the request
 * @param solution what the rollouts are compared with, once it is there
 * @param open the request and those of its rollouts that are not written yet; empty before the
 *     first rollout and after the last
 * @param sent what is written
 * @param verdicts verdicts of the judge on rollouts that are not written yet, by rollout id
 * @param isClosed whether the group is whole and written
 */
record RolloutGroup(
    Grading grading,
    Key key,
    Optional<TeacherSolution> solution,
    Optional<StudentRollout> open,
    Sent sent,
    Map<String, Verdict> verdicts,
    boolean isClosed) {

  /**
   * What follows from an input.
   *
   * @param next the group from now on
   * @param questions what to ask the judge
   * @param event what to write
   * @param startsGrace whether the grace time of the group starts now: rollouts have met their
   *     solution, and something is missing
   */
  record Step(
      RolloutGroup next,
      List<VerdictRequest> questions,
      Optional<GradedRollout> event,
      boolean startsGrace) {}

  /**
   * Which group it is.
   *
   * @param request id of the request that the rollouts answer
   */
  record Key(String problemId, String request) {
    /** As it is written in keys of stores. */
    String text() {
      return problemId + "/" + request;
    }
  }

  /** The group that all or some of its rollouts belong to. */
  static Key key(StudentRollout part) {
    return new Key(part.getProblemId(), Grading.request(part));
  }

  /** A group without rollouts so far; its solution and verdicts may be there already. */
  static RolloutGroup unseen(
      Grading grading, Key key, Optional<TeacherSolution> solution, Map<String, Verdict> verdicts) {
    return new RolloutGroup(
        grading, key, solution, Optional.empty(), Sent.NOTHING, verdicts, false);
  }

  /** A group to which nothing can be added. */
  static RolloutGroup closed(Grading grading, Key key) {
    return new RolloutGroup(
        grading, key, Optional.empty(), Optional.empty(), Sent.NOTHING, Map.of(), true);
  }

  /**
   * How many rollouts the request asked for, and so are graded as a group: {@code rollouts.samples}
   * of the recipe, four in the paper. 0 where the event does not say: then there is no other part.
   */
  static int size(StudentRollout part) {
    return part.getSamples();
  }

  /** Offers the teacher's solution to a group that has rollouts and no solution. */
  Step offer(TeacherSolution answer) {
    StudentRollout group = open.orElseThrow();
    return with(Optional.of(answer), group).meet(group.getCompletions());
  }

  /** Offers rollouts: all of the group, or a part of it. */
  Optional<Step> offer(StudentRollout part) {
    if (isClosed) {
      return Optional.empty();
    }
    List<Completion> waiting = open.map(StudentRollout::getCompletions).orElse(List.of());
    List<Completion> fresh = sent.newOnes(part, waiting);
    if (open.isPresent() && fresh.isEmpty()) {
      return Optional.empty();
    }
    // A later part has an id of its own; the first one, where it is known, has the request's.
    StudentRollout named = part.getRequestId() == null ? part : open.orElse(part);
    RolloutGroup group = with(solution, with(named, joined(waiting, fresh)));
    return Optional.of(solution.isPresent() ? group.meet(fresh) : group.unchanged());
  }

  /** Offers the judge's verdict on one rollout. */
  Optional<Step> offer(Verdict verdict) {
    if (isClosed || isWritten(verdict.getId()) || verdicts.containsKey(verdict.getId())) {
      return Optional.empty();
    }
    Map<String, Verdict> more = new HashMap<>(verdicts);
    more.put(verdict.getId(), verdict);
    RolloutGroup group = new RolloutGroup(grading, key, solution, open, sent, more, false);
    return Optional.of(isMet() ? group.advance(false) : group.unchanged());
  }

  /** The grace time is over: a group that was not written yet is written as it is. */
  Optional<Step> endGrace() {
    return isMet() ? Optional.of(advance(true)) : Optional.empty();
  }

  /** Whether rollouts and solution are both there. */
  private boolean isMet() {
    return open.isPresent() && solution.isPresent();
  }

  /** The judge is asked about a rollout when it meets the solution, which happens once. */
  private Step meet(List<Completion> fresh) {
    List<VerdictRequest> questions =
        grading.questions(solution.orElseThrow(), with(open.orElseThrow(), fresh));
    Step step = advance(false);
    boolean startsGrace = !step.next.isClosed && step.next.sent.revisions() == 0;
    return new Step(step.next, questions, step.event, startsGrace);
  }

  /** Writes what is due: the whole group, a partial one, or a revision of a partial one. */
  private Step advance(boolean graceIsOver) {
    StudentRollout group = open.orElseThrow();
    List<GradedCompletion> decided = grading.decided(solution.orElseThrow(), group, verdicts);
    Optional<String> missing = sent.missing(group, decided);
    boolean isPartial = sent.revisions() > 0;
    boolean isDue = missing.isEmpty() || (isPartial ? !decided.isEmpty() : graceIsOver);
    if (!isDue) {
      return unchanged();
    }
    GradedRollout event =
        grading.event(solution.orElseThrow(), group, decided, sent.revisions(), missing);
    return new Step(
        missing.isPresent() ? without(decided) : closed(decided),
        List.of(),
        Optional.of(event),
        false);
  }

  private Step unchanged() {
    return new Step(this, List.of(), Optional.empty(), false);
  }

  private RolloutGroup without(List<GradedCompletion> decided) {
    StudentRollout group = open.orElseThrow();
    Set<Integer> gone =
        decided.stream().map(GradedCompletion::getIndex).collect(Collectors.toSet());
    List<Completion> left =
        group.getCompletions().stream().filter(c -> !gone.contains(c.getIndex())).toList();
    return new RolloutGroup(
        grading,
        key,
        solution,
        Optional.of(with(group, left)),
        sent.and(decided),
        verdictsWithout(decided),
        false);
  }

  private RolloutGroup closed(List<GradedCompletion> decided) {
    return new RolloutGroup(
        grading, key, solution, Optional.empty(), Sent.NOTHING, verdictsWithout(decided), true);
  }

  private Map<String, Verdict> verdictsWithout(List<GradedCompletion> decided) {
    Map<String, Verdict> left = new HashMap<>(verdicts);
    decided.forEach(completion -> left.remove(completion.getRolloutId()));
    return left;
  }

  private boolean isWritten(String rolloutId) {
    return open.isPresent()
        && sent.indexes().stream()
            .map(index -> Ids.rollout(key.problemId(), open.get().getIteration(), index))
            .anyMatch(rolloutId::equals);
  }

  private RolloutGroup with(Optional<TeacherSolution> answer, StudentRollout group) {
    return new RolloutGroup(grading, key, answer, Optional.of(group), sent, verdicts, isClosed);
  }

  private static StudentRollout with(StudentRollout group, List<Completion> completions) {
    return new StudentRollout(
        Grading.request(group),
        group.getProblemId(),
        group.getQuestion(),
        group.getIteration(),
        group.getPolicyVersion(),
        completions,
        group.getLineage(),
        null,
        size(group));
  }

  private static List<Completion> joined(List<Completion> some, List<Completion> more) {
    return Stream.concat(some.stream(), more.stream())
        .sorted(Comparator.comparingInt(Completion::getIndex))
        .toList();
  }
}
