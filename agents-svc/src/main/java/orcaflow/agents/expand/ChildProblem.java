package orcaflow.agents.expand;

import java.time.Instant;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;

/**
 * The position of a problem that an agent makes of another one. The candidate's id follows from the
 * position alone, so a redelivered parent has the same children.
 *
 * @param parent the problem that it is made of
 * @param agent name of the agent
 * @param round number of edits between the seed and the child
 * @param index number among the children of this parent and round, from 0
 */
public record ChildProblem(Problem parent, String agent, int round, int index) {

  /** The candidate with a model's question. */
  public ProblemCandidate.Builder candidate(
      String question, Prompt prompt, ModelResponse response) {
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
                .setModel(response.servedBy())
                .setTime(Instant.now())
                .build());
  }
}
