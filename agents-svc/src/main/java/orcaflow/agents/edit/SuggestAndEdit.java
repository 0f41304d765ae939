package orcaflow.agents.edit;

import io.vertx.core.Future;
import java.util.Map;
import orcaflow.agents.expand.Child;
import orcaflow.agents.model.Conversation;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * Makes a problem harder: Suggester lists ways, Editor follows one (Orca-Math, section 2.3). One
 * round at a time: what comes of it is admitted like any problem and may come back for the next.
 */
public final class SuggestAndEdit implements Agent<Problem> {

  public static final String STAGE = ExpansionRule.SUGGEST_AND_EDIT;

  private final Conversation model;
  private final ExpansionRule expansion;
  private final Prompt suggester = Prompt.load("suggest-and-edit/suggester.v1");
  private final Prompt editor = Prompt.load("suggest-and-edit/editor.v1");

  public SuggestAndEdit(Conversation model, ExpansionRule expansion) {
    this.model = model;
    this.expansion = expansion;
  }

  @Override
  public boolean wants(Problem problem) {
    return expansion.edits(problem);
  }

  @Override
  public Future<Reply> work(Problem problem) {
    return model
        .ask(
            suggester,
            Map.of("problem", problem.getQuestion()),
            problem.getId(),
            EditReplies::suggestions)
        .compose(
            asked ->
                asked.fold(
                    usable -> edit(problem, usable.value()),
                    nothing -> Future.succeededFuture(new Reply.Skipped("Suggester: " + nothing)),
                    notNow -> Future.succeededFuture(new Reply.Postponed(notNow))));
  }

  private Future<Reply> edit(Problem problem, String suggestions) {
    return model
        .ask(
            editor,
            Map.of("problem", problem.getQuestion(), "suggestions", suggestions),
            problem.getId(),
            EditReplies::problem)
        .map(
            asked ->
                asked.fold(
                    usable -> child(problem, usable.value(), usable.answer()),
                    nothing -> new Reply.Skipped("Editor: " + nothing),
                    Reply.Postponed::new));
  }

  private Reply child(Problem parent, String question, ModelResponse answer) {
    int round = parent.getLineage().getRound() + 1;
    return new Reply.Produced(
        new Output<>(
            Topics.PROBLEM_CANDIDATES,
            new Child(parent, STAGE, round, 0).asking(question, editor, answer).build()));
  }
}
