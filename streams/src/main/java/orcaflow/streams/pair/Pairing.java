package orcaflow.streams.pair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import orcaflow.schemas.Ids;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.streams.pair.Labelling.Demonstrations;

/**
 * Which rows of training data a graded group gives (Orca-Math, section 3: the positives are the
 * teacher's solution and the right rollouts, the negatives the wrong ones). The same group under
 * the same labelling gives the same rows, in the same order. An undecided rollout gives none.
 *
 * <p>{@link #rows} are those that the group alone gives; {@link #borrowed} those that it gives with
 * wrong answers of other groups, once their set is closed.
 */
public final class Pairing {

  /** How many rollouts must agree against the teacher to cast doubt on it. */
  private static final int AGREEING = 4;

  private final Labelling labelling;
  private final String labellingId;

  public Pairing(Labelling labelling) {
    this.labelling = labelling;
    this.labellingId = labelling.id();
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

  /** The policy. */
  public Labelling labelling() {
    return labelling;
  }

  /** The demonstration that a usable solution is. */
  public Demonstration demonstration(TeacherSolution solution) {
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", 0, labellingId, solution.getId()))
        .setProblemId(solution.getProblemId())
        .setQuestion(solution.getQuestion())
        .setSolution(solution.getSolution())
        .setSolutionId(solution.getId())
        .setLabelling(labellingId)
        .setLineage(solution.getLineage())
        .build();
  }

  /** What a solution gives: a demonstration, if it may teach. */
  public Rows rows(TeacherSolution solution) {
    return solution.getStatus() == SolutionStatus.USABLE
        ? new Rows(List.of(), List.of(), List.of(demonstration(solution)))
        : Rows.NONE;
  }

  /**
   * What the group alone gives and gives for certain: nothing as long as it lacks something, and
   * nothing for a revision, whose group is {@link Groups#merged} first.
   */
  public Rows rows(GradedRollout group) {
    return Groups.isFirst(group) && Groups.isWhole(group) ? certain(group) : Rows.NONE;
  }

  /** What the group gives as it is, whether or not it is whole. */
  public Rows certain(GradedRollout group) {
    if (flagged(group)) {
      return Rows.NONE;
    }
    List<Response> right = rollouts(group, VerdictValue.MATCH);
    List<Response> wrong = rollouts(group, VerdictValue.MISMATCH);
    List<Response> positives = positives(group);
    List<LabelledCompletion> labelled = new ArrayList<>();
    if (labelling.kto() != Labelling.Kto.NONE) {
      positives.forEach(response -> labelled.add(label(group, response, true)));
      wrong.forEach(response -> labelled.add(label(group, response, false)));
    }
    boolean shown = labelling.demonstrations() == Demonstrations.TEACHER_AND_STUDENT;
    return new Rows(
        labelled,
        pairs(group, positives, wrong),
        shown
            ? right.stream().map(response -> demonstration(group, response)).toList()
            : List.of());
  }

  /** Whether the group has no wrong answer of its own and is to have some of others. */
  public boolean borrows(GradedRollout group) {
    return labelling.borrows()
        && Groups.isWhole(group)
        && !group.getCompletions().isEmpty()
        && correct(group) == group.getCompletions().size();
  }

  /** What a group that borrows gives besides {@link #rows}. */
  public Rows borrowed(GradedRollout group, List<Donor> donors) {
    List<Response> negatives = donors.stream().map(Response::borrowed).toList();
    List<LabelledCompletion> labelled = new ArrayList<>();
    if (labelling.kto() != Labelling.Kto.NONE) {
      negatives.forEach(response -> labelled.add(label(group, response, false)));
    }
    return new Rows(labelled, pairs(group, positives(group), negatives), List.of());
  }

  /** What of the group has to do with the rest of its iteration; empty if nothing has. */
  public Optional<OpenGroup> open(GradedRollout group) {
    if (!Groups.isFirst(group)) {
      return Optional.of(open(group, GroupRole.COMPLETES, group));
    }
    if (!Groups.isWhole(group)) {
      return Optional.of(open(group, GroupRole.WAITS, group));
    }
    if (!labelling.borrows()) {
      return Optional.empty();
    }
    return Optional.of(
        borrows(group)
            ? open(group, GroupRole.BORROWS, group)
            : open(group, GroupRole.LENDS, lent(group)));
  }

  /** Why the stage pair writes no row of a group that gives none there. */
  public String whyNone(GradedRollout group) {
    if (!Groups.isFirst(group) || !Groups.isWhole(group)) {
      return "partial, labelled when it is whole or its iteration closed";
    }
    return flagged(group)
        ? "flagged: %d rollouts agree against the reference".formatted(AGREEING)
        : "no rollout of the group is a label";
  }

  /** The wrong answers of a group that others may borrow. */
  public List<Donor> donors(GradedRollout group) {
    return flagged(group)
        ? List.of()
        : group.getCompletions().stream()
            .filter(completion -> completion.getVerdict() == VerdictValue.MISMATCH)
            .map(completion -> donor(group, completion))
            .toList();
  }

  /** The same of an open group; what a lending one holds was chosen before. */
  public List<Donor> donors(OpenGroup open) {
    GradedRollout group = open.getGroup();
    return open.getRole() == GroupRole.LENDS
        ? group.getCompletions().stream().map(completion -> donor(group, completion)).toList()
        : donors(group);
  }

  /**
   * Whether the rollouts cast doubt on the reference, under a policy that lets them. Such a group
   * gives no rows and lends nothing: what it calls wrong may be right.
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

  /** How many rollouts of the group are right: its class. */
  public static int correct(GradedRollout group) {
    return (int)
        group.getCompletions().stream()
            .filter(completion -> completion.getVerdict() == VerdictValue.MATCH)
            .count();
  }

  private static OpenGroup open(GradedRollout group, GroupRole role, GradedRollout content) {
    return new OpenGroup(group.getId(), group.getProblemId(), group.getIteration(), role, content);
  }

  /** The group with nothing but what others may borrow. */
  private GradedRollout lent(GradedRollout group) {
    boolean any = !flagged(group);
    return new GradedRollout(
        group.getId(),
        group.getProblemId(),
        "",
        group.getIteration(),
        group.getPolicyVersion(),
        group.getReferenceAnswer(),
        group.getTeacherSolutionId(),
        null,
        group.getCompletions().stream()
            .filter(completion -> any && completion.getVerdict() == VerdictValue.MISMATCH)
            .toList(),
        group.getLineage(),
        null,
        null,
        0,
        group.getSamples(),
        null);
  }

  private List<Response> positives(GradedRollout group) {
    List<Response> positives = new ArrayList<>();
    if (labelling.positives().teacher() && group.getTeacherSolution() != null) {
      positives.add(Response.teacher(group));
    }
    if (labelling.positives().student()) {
      positives.addAll(rollouts(group, VerdictValue.MATCH));
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
    // Along the diagonals of the cross, so that a cap leaves as many different answers as it can.
    for (int shift = 0; shift < shifts; shift++) {
      for (int i = 0; i < perShift && pairs.size() < labelling.cap(); i++) {
        Response rejected = negatives.get((i + shift) % negatives.size());
        pairs.add(pair(group, positives.get(i), rejected));
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

  private static Donor donor(GradedRollout group, GradedCompletion completion) {
    return new Donor(
        completion.getRolloutId(), group.getProblemId(), completion.getText(), group.getLineage());
  }

  private Demonstration demonstration(GradedRollout group, Response response) {
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", group.getIteration(), labellingId, response.id()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setSolution(response.text())
        .setSolutionId(response.id())
        .setLabelling(labellingId)
        .setLineage(response.lineage())
        .setIteration(group.getIteration())
        .build();
  }

  private LabelledCompletion label(GradedRollout group, Response response, boolean desirable) {
    return LabelledCompletion.newBuilder()
        .setId(labelId(group, response))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setCompletion(response.text())
        .setDesirable(desirable)
        .setIteration(group.getIteration())
        .setOrigin(response.origin())
        .setResponseId(response.id())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(correct(group))
        .setLabelling(labellingId)
        .setLineage(response.lineage())
        .setDonorProblemId(response.donor().orElse(null))
        .build();
  }

  /** Many problems may borrow one answer, so the id of a row of it tells which one did. */
  private String labelId(GradedRollout group, Response response) {
    String[] ids =
        response.donor().isPresent()
            ? new String[] {response.id(), group.getProblemId()}
            : new String[] {response.id()};
    return Ids.row("labelled-completion", group.getIteration(), labellingId, ids);
  }

  private PreferencePair pair(GradedRollout group, Response chosen, Response rejected) {
    return PreferencePair.newBuilder()
        .setId(
            Ids.row(
                "preference-pair", group.getIteration(), labellingId, chosen.id(), rejected.id()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setChosen(chosen.text())
        .setRejected(rejected.text())
        .setChosenId(chosen.id())
        .setRejectedId(rejected.id())
        .setIteration(group.getIteration())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(correct(group))
        .setLabelling(labellingId)
        .setLineage(chosen.lineage())
        .setDonorProblemId(rejected.donor().orElse(null))
        .build();
  }
}
