package orcaflow.agents.rename;

import io.vertx.core.Future;
import java.time.Instant;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;

/** The worked example of docs/extend.md: proposes each seed once more, about another person. */
public final class Rename implements Agent<Problem> {

  public static final String STAGE = "rename";

  /** Depends on the event alone; its own children are no seeds, so it ends. */
  @Override
  public boolean wants(Problem problem) {
    return problem.getLineage().getAgent().equals(Stages.SEED);
  }

  @Override
  public Future<Reply> work(Problem problem) {
    String question = problem.getQuestion().replaceAll("\\bSam\\b", "Ada");
    Reply reply =
        question.equals(problem.getQuestion())
            ? new Reply.Skipped("no Sam")
            : new Reply.Produced(new Output<>(Topics.PROBLEM_CANDIDATES, child(problem, question)));
    return Future.succeededFuture(reply);
  }

  /** Its id is made of parent, stage and index: a redelivered input meets its own output. */
  private static ProblemCandidate child(Problem parent, String question) {
    Lineage from = parent.getLineage();
    return ProblemCandidate.newBuilder()
        .setId(Ids.candidate(parent.getId(), STAGE, from.getRound(), 0))
        .setProblemId(Ids.problem(question))
        .setQuestion(question)
        .setExpectedAnswer(parent.getExpectedAnswer())
        .setLineage(
            Lineage.newBuilder(from)
                .setParent(parent.getId())
                .setAgent(STAGE)
                .setIndex(0)
                .setTime(Instant.now())
                .build())
        .build();
  }
}
