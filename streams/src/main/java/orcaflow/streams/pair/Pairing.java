package orcaflow.streams.pair;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orcaflow.events.Demonstration;
import orcaflow.events.Donor;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OpenGroup;
import orcaflow.events.PreferencePair;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.streams.pair.Labelling.Demonstrations;

/**
 * Which rows of training data a graded group gives (Orca-Math, section 3: the positives are the
 * teacher's solution and the right rollouts, the negatives the wrong ones). The same group under
 * the same labelling gives the same rows, in the same order. An undecided rollout gives none.
 *
 * <p>{@link #rows} are the rows that the group gives by itself; {@link #borrowed} are those that it
 * gives with wrong answers of other groups, once their set is closed.
 */
public final class Pairing {

  /** How many rollouts must agree on one wrong answer to cast doubt on the reference. */
  private static final int AGREEING = 4;

  private final Labelling labelling;
  private final RowFactory factory;

  public Pairing(Labelling labelling) {
    this.labelling = labelling;
    this.factory = new RowFactory(labelling.id());
  }

  /** Rows of one group. */
  public record Rows(
      List<LabelledCompletion> labelled,
      List<PreferencePair> pairs,
      List<Demonstration> demonstrations) {

    public static final Rows NONE = new Rows(List.of(), List.of(), List.of());

    public Rows {
      labelled = List.copyOf(labelled);
      pairs = List.copyOf(pairs);
      demonstrations = List.copyOf(demonstrations);
    }

    /** Number of rows. */
    public int size() {
      return labelled.size() + pairs.size() + demonstrations.size();
    }

    /** These rows and then the others. */
    public Rows and(Rows others) {
      return new Rows(
          joined(labelled, others.labelled),
          joined(pairs, others.pairs),
          joined(demonstrations, others.demonstrations));
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
      return Stream.concat(some.stream(), more.stream()).toList();
    }
  }

  /** The labelling under which rows are made. */
  public Labelling labelling() {
    return labelling;
  }

  /** The demonstration that a usable solution gives. */
  public Demonstration demonstration(TeacherSolution solution) {
    return factory.demonstration(solution);
  }

  /** The rows of a solution: a demonstration if the solution is usable. */
  public Rows rows(TeacherSolution solution) {
    return solution.getStatus() == SolutionStatus.USABLE
        ? new Rows(List.of(), List.of(), List.of(demonstration(solution)))
        : Rows.NONE;
  }

  /**
   * The rows that a group gives by itself and for certain: none while it lacks something, and none
   * for a revision, which is {@link Groups#merged} with its group first.
   */
  public Rows rows(GradedRollout group) {
    return Groups.isFirst(group) && Groups.isWhole(group) ? certain(group) : Rows.NONE;
  }

  /** The rows that a group gives as it is, whether or not it is whole. */
  public Rows certain(GradedRollout group) {
    if (flagged(group) || skipped(group)) {
      return Rows.NONE;
    }
    List<Response> right = rollouts(group, VerdictValue.MATCH);
    List<Response> wrong = rollouts(group, VerdictValue.MISMATCH);
    List<Response> positives = positives(group);
    List<LabelledCompletion> labelled = new ArrayList<>();
    if (labelling.kto() != Labelling.Kto.NONE) {
      once(positives).forEach(response -> labelled.add(factory.labelled(group, response, true)));
      once(wrong).forEach(response -> labelled.add(factory.labelled(group, response, false)));
    }
    boolean shown = labelling.demonstrations() == Demonstrations.TEACHER_AND_STUDENT;
    return new Rows(
        labelled,
        pairs(group, positives, wrong),
        shown
            ? right.stream().map(response -> factory.demonstration(group, response)).toList()
            : List.of());
  }

  /** Whether the group has no wrong answer of its own and borrows some of other groups. */
  public boolean borrows(GradedRollout group) {
    return labelling.borrows() && Groups.isWhole(group) && solved(group);
  }

  /** The rows that a group gives with borrowed answers, besides {@link #rows}. */
  public Rows borrowed(GradedRollout group, List<Donor> donors) {
    List<Response> negatives = donors.stream().map(Response::borrowed).toList();
    List<LabelledCompletion> labelled = new ArrayList<>();
    if (labelling.kto() != Labelling.Kto.NONE) {
      negatives.forEach(response -> labelled.add(factory.labelled(group, response, false)));
    }
    return new Rows(labelled, pairs(group, positives(group), negatives), List.of());
  }

  /** The part of a group that depends on the rest of its iteration; empty if none does. */
  public Optional<OpenGroup> open(GradedRollout group) {
    if (!Groups.isFirst(group)) {
      return Optional.of(OpenGroups.completing(group));
    }
    if (!Groups.isWhole(group)) {
      return Optional.of(OpenGroups.waiting(group));
    }
    if (!labelling.borrows()) {
      return Optional.empty();
    }
    return Optional.of(
        borrows(group) ? OpenGroups.borrowing(group) : OpenGroups.lending(group, lent(group)));
  }

  /** Why the stage pair writes no rows of a group. */
  public String whyNone(GradedRollout group) {
    if (!Groups.isFirst(group) || !Groups.isWhole(group)) {
      return "partial, labelled when it is whole or its iteration closed";
    }
    if (flagged(group)) {
      return "flagged: %d rollouts agree against the reference".formatted(AGREEING);
    }
    return skipped(group) ? "solved: every rollout is right" : "no rollout of the group is a label";
  }

  /** Whether the student has nothing to learn from the group. */
  private boolean skipped(GradedRollout group) {
    return labelling.skipsSolved() && solved(group);
  }

  /** Whether the group has rollouts, and all of them are right. */
  private static boolean solved(GradedRollout group) {
    return !group.getCompletions().isEmpty() && correct(group) == group.getCompletions().size();
  }

  private List<Response> once(List<Response> responses) {
    if (labelling.kto() != Labelling.Kto.EACH_DISTINCT_RESPONSE_ONCE) {
      return responses;
    }
    Set<String> texts = new HashSet<>();
    return responses.stream().filter(response -> texts.add(response.text())).toList();
  }

  /** The wrong answers of a group that other groups may borrow. */
  public List<Donor> donors(GradedRollout group) {
    return donors(group, lent(group));
  }

  /** The same of an open group; the completions of a lending one were chosen before. */
  public List<Donor> donors(OpenGroup open) {
    GradedRollout group = open.getGroup();
    return open.getRole() == GroupRole.LENDS
        ? donors(group, group.getCompletions())
        : donors(group);
  }

  /**
   * Whether the rollouts cast doubt on the reference, under a labelling with {@code flagTeacher}.
   * Such a group gives no rows and lends nothing: its wrong answers may be right.
   */
  public boolean flagged(GradedRollout group) {
    List<GradedCompletion> completions = group.getCompletions();
    if (!labelling.flagTeacher() || completions.size() < AGREEING) {
      return false;
    }
    String answer = completions.get(0).getAnswer();
    return answer != null
        && completions.stream()
            .allMatch(
                completion ->
                    completion.getVerdict() == VerdictValue.MISMATCH
                        && agree(answer, completion.getAnswer()));
  }

  /** The class of a group: how many of its rollouts are right. */
  public static int correct(GradedRollout group) {
    return (int)
        group.getCompletions().stream()
            .filter(completion -> completion.getVerdict() == VerdictValue.MATCH)
            .count();
  }

  /** A flagged group lends nothing. */
  private List<GradedCompletion> lent(GradedRollout group) {
    return flagged(group) ? List.of() : OpenGroups.wrong(group);
  }

  private static List<Donor> donors(GradedRollout group, List<GradedCompletion> wrong) {
    return wrong.stream().map(completion -> OpenGroups.donor(group, completion)).toList();
  }

  private List<Response> positives(GradedRollout group) {
    List<Response> positives = new ArrayList<>();
    List<Response> right = rollouts(group, VerdictValue.MATCH);
    if (labelling.positives().teacher(!right.isEmpty()) && group.getTeacherSolution() != null) {
      positives.add(Response.teacher(group));
    }
    if (labelling.positives().student()) {
      positives.addAll(right);
    }
    return positives;
  }

  private static boolean agree(String one, String other) {
    return other != null && AnswerMatcher.compare(one, other).verdict() == VerdictValue.MATCH;
  }

  private List<PreferencePair> pairs(
      GradedRollout group, List<Response> positives, List<Response> negatives) {
    boolean cross = labelling.pairing() == Labelling.Pairs.FULL_CROSS;
    int shifts = cross ? negatives.size() : 1;
    int perShift = cross ? positives.size() : Math.min(positives.size(), negatives.size());
    List<PreferencePair> pairs = new ArrayList<>();
    // Along the diagonals of the cross, so that a capped group uses as many answers as possible.
    for (int shift = 0; shift < shifts; shift++) {
      for (int i = 0; i < perShift && pairs.size() < labelling.cap(); i++) {
        Response rejected = negatives.get((i + shift) % negatives.size());
        pairs.add(factory.pair(group, positives.get(i), rejected));
      }
    }
    return pairs;
  }

  private static List<Response> rollouts(GradedRollout group, VerdictValue verdict) {
    return group.getCompletions().stream()
        .filter(completion -> completion.getVerdict() == verdict)
        .map(completion -> Response.rollout(group, completion))
        .toList();
  }
}
