package orcaflow.streams.pair;

import java.util.ArrayList;
import java.util.List;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.AnswerMatcher;
import orcaflow.schemas.Ids;

/**
 * Which rows of training data a graded group gives (Orca-Math, section 3: the positives are the
 * teacher's solution and the right rollouts, the negatives the wrong ones). The same group under
 * the same labelling gives the same rows, in the same order. An undecided rollout gives none.
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
  public record Rows(List<LabelledCompletion> labelled, List<PreferencePair> pairs) {
    public Rows {
      labelled = List.copyOf(labelled);
      pairs = List.copyOf(pairs);
    }

    /** Number of rows. */
    public int size() {
      return labelled.size() + pairs.size();
    }
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

  /** Labelled completions and preference pairs of a group. */
  public Rows rows(GradedRollout group) {
    List<Response> right = rollouts(group, VerdictValue.MATCH);
    List<Response> wrong = rollouts(group, VerdictValue.MISMATCH);
    List<Response> positives = new ArrayList<>();
    if (labelling.positives().teacher() && group.getTeacherSolution() != null && !flagged(group)) {
      positives.add(Response.teacher(group));
    }
    if (labelling.positives().student()) {
      positives.addAll(right);
    }
    List<LabelledCompletion> labelled = new ArrayList<>();
    positives.forEach(response -> labelled.add(label(group, response, true, right.size())));
    wrong.forEach(response -> labelled.add(label(group, response, false, right.size())));
    return new Rows(labelled, pairs(group, positives, wrong, right.size()));
  }

  private boolean flagged(GradedRollout group) {
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

  private static boolean agree(String one, String other) {
    return other != null && AnswerMatcher.compare(one, other).verdict() == VerdictValue.MATCH;
  }

  private List<PreferencePair> pairs(
      GradedRollout group, List<Response> positives, List<Response> negatives, int correct) {
    boolean cross = labelling.pairing() == Labelling.Pairs.FULL_CROSS;
    int shifts = cross ? negatives.size() : 1;
    int perShift = cross ? positives.size() : Math.min(positives.size(), negatives.size());
    List<PreferencePair> pairs = new ArrayList<>();
    // Along the diagonals of the cross, so that a cap leaves as many different answers as it can.
    for (int shift = 0; shift < shifts; shift++) {
      for (int i = 0; i < perShift && pairs.size() < labelling.cap(); i++) {
        Response rejected = negatives.get((i + shift) % negatives.size());
        pairs.add(pair(group, positives.get(i), rejected, correct));
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

  private LabelledCompletion label(
      GradedRollout group, Response response, boolean desirable, int correct) {
    return LabelledCompletion.newBuilder()
        .setId(Ids.row("labelled-completion", group.getIteration(), labellingId, response.id()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setCompletion(response.text())
        .setDesirable(desirable)
        .setIteration(group.getIteration())
        .setOrigin(response.origin())
        .setResponseId(response.id())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(correct)
        .setLabelling(labellingId)
        .setLineage(response.lineage())
        .build();
  }

  private PreferencePair pair(
      GradedRollout group, Response chosen, Response rejected, int correct) {
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
        .setCorrectCount(correct)
        .setLabelling(labellingId)
        .setLineage(chosen.lineage())
        .build();
  }
}
