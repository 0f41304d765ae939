package orcaflow.agents.edit;

import io.vertx.core.Future;
import java.util.Map;
import orcaflow.agents.expand.ChildProblem;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * Makes a problem harder: Suggester lists changes, Editor applies one (Orca-Math, section 2.3). One
 * input is one round: the child is admitted like any problem and may return for the next round.
 */
public final class SuggestAndEdit implements Agent<Problem> {

  public static final String STAGE = ExpansionRule.SUGGEST_AND_EDIT;

  private final PromptClient model;
  private final ExpansionRule expansion;
  private final Prompt suggester =
      Prompt.load("suggest-and-edit/suggester.v2").repliedIn(EditReplies.SUGGESTIONS_FORM);
  private final Prompt editor =
      Prompt.load("suggest-and-edit/editor.v2").repliedIn(EditReplies.PROBLEM_FORM);

  public SuggestAndEdit(PromptClient model, ExpansionRule expansion) {
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
            result ->
                result.fold(
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
            result ->
                result.fold(
                    usable -> child(problem, usable.value(), usable.response()),
                    nothing -> new Reply.Skipped("Editor: " + nothing),
                    Reply.Postponed::new));
  }

  private Reply child(Problem parent, String question, ModelResponse response) {
    int round = parent.getLineage().getRound() + 1;
    return new Reply.Produced(
        new Output<>(
            Topics.PROBLEM_CANDIDATES,
            new ChildProblem(parent, STAGE, round, 0)
                .candidate(question, editor, response)
                .build()));
  }
}
