package orcaflow.streams.pair;

import orcaflow.events.Demonstration;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;

/**
 * Makes the rows of training data, as events. Which rows a group gives is decided by {@link
 * Pairing}. The id of a row is a hash of the labelling and of the answers in it, so equal inputs
 * give equal rows.
 *
 * @param labelling {@link Labelling#id} of the labelling that every row carries
 */
record RowFactory(String labelling) {

  /** The teacher's solution as a demonstration; it belongs to no iteration. */
  Demonstration demonstration(TeacherSolution solution) {
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", 0, labelling, solution.getId()))
        .setProblemId(solution.getProblemId())
        .setQuestion(solution.getQuestion())
        .setSolution(solution.getSolution())
        .setSolutionId(solution.getId())
        .setLabelling(labelling)
        .setLineage(solution.getLineage())
        .build();
  }

  /** A right rollout as a demonstration. */
  Demonstration demonstration(GradedRollout group, Response response) {
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", group.getIteration(), labelling, response.id()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setSolution(response.text())
        .setSolutionId(response.id())
        .setLabelling(labelling)
        .setLineage(response.lineage())
        .setIteration(group.getIteration())
        .setCut(response.cut())
        .setTokens(response.tokens().orElse(null))
        .build();
  }

  /** An answer as a desirable or undesirable completion. */
  LabelledCompletion labelled(GradedRollout group, Response response, boolean desirable) {
    return LabelledCompletion.newBuilder()
        .setId(labelledId(group, response))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setCompletion(response.text())
        .setDesirable(desirable)
        .setIteration(group.getIteration())
        .setOrigin(response.origin())
        .setResponseId(response.id())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(Pairing.correct(group))
        .setLabelling(labelling)
        .setLineage(response.lineage())
        .setDonorProblemId(response.donor().orElse(null))
        .setCut(response.cut())
        .setTokens(response.tokens().orElse(null))
        .build();
  }

  /** Two answers as a preference pair. */
  PreferencePair pair(GradedRollout group, Response chosen, Response rejected) {
    return PreferencePair.newBuilder()
        .setId(
            Ids.row("preference-pair", group.getIteration(), labelling, chosen.id(), rejected.id()))
        .setProblemId(group.getProblemId())
        .setQuestion(group.getQuestion())
        .setChosen(chosen.text())
        .setRejected(rejected.text())
        .setChosenId(chosen.id())
        .setRejectedId(rejected.id())
        .setIteration(group.getIteration())
        .setSeed(group.getLineage().getSeed())
        .setPolicyVersion(group.getPolicyVersion())
        .setCorrectCount(Pairing.correct(group))
        .setLabelling(labelling)
        .setLineage(chosen.lineage())
        .setDonorProblemId(rejected.donor().orElse(null))
        .setChosenCut(chosen.cut())
        .setRejectedCut(rejected.cut())
        .setChosenTokens(chosen.tokens().orElse(null))
        .setRejectedTokens(rejected.tokens().orElse(null))
        .build();
  }

  /** Several problems may borrow one answer, so the id of a borrowed row includes the borrower. */
  private String labelledId(GradedRollout group, Response response) {
    String[] ids =
        response.donor().isPresent()
            ? new String[] {response.id(), group.getProblemId()}
            : new String[] {response.id()};
    return Ids.row("labelled-completion", group.getIteration(), labelling, ids);
  }
}
