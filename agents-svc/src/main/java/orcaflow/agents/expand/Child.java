package orcaflow.agents.expand;

import java.time.Instant;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;

/**
 * A place among the problems that an agent makes of another one. The id of what is put there
 * follows from the place alone, so a redelivered parent has the same children.
 *
 * @param round of edits that the child has behind it
 * @param index among the children of this parent and round
 */
public record Child(Problem parent, String agent, int round, int index) {

  /** The candidate that a model's answer puts there. */
  public ProblemCandidate.Builder asking(String question, Prompt prompt, ModelResponse answer) {
    return ProblemCandidate.newBuilder()
        .setId(Ids.candidate(parent.getId(), agent, round, index))
        .setProblemId(Ids.problem(question))
        .setQuestion(question)
        .setSource(parent.getSource())
        .setLineage(
            Lineage.newBuilder()
                .setSeed(parent.getLineage().getSeed())
                .setParent(parent.getId())
                .setAgent(agent)
                .setRound(round)
                .setIndex(index)
                .setPrompt(prompt.id())
                .setModel(answer.servedBy())
                .setTime(Instant.now())
                .build());
  }
}
