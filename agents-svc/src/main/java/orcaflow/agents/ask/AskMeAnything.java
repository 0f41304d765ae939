package orcaflow.agents.ask;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.agents.expand.Child;
import orcaflow.agents.model.Conversation;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * Turns a seed into one problem for each of its quantities (Orca-Math, section 2.2). The hidden
 * quantity is the child's expected answer and stays in the event.
 */
public final class AskMeAnything implements Agent<Problem> {

  public static final String STAGE = ExpansionRule.ASK_ME_ANYTHING;

  private final Conversation model;
  private final ExpansionRule expansion;
  private final Prompt prompt = Prompt.load("ask-me-anything/ask-me-anything.v1");

  public AskMeAnything(Conversation model, ExpansionRule expansion) {
    this.model = model;
    this.expansion = expansion;
  }

  @Override
  public boolean wants(Problem problem) {
    return expansion.asksAbout(problem);
  }

  @Override
  public Future<Reply> work(Problem problem) {
    return model
        .ask(prompt, Map.of("problem", problem.getQuestion()), problem.getId(), Variants::read)
        .map(
            asked ->
                asked.fold(
                    usable -> children(problem, usable.value(), usable.answer()),
                    Reply.Skipped::new,
                    Reply.Postponed::new));
  }

  private Reply children(Problem parent, List<Variants.Variant> variants, ModelResponse answer) {
    return new Reply.Produced(
        IntStream.range(0, variants.size())
            .<Output<?>>mapToObj(
                i ->
                    new Output<>(
                        Topics.PROBLEM_CANDIDATES, child(parent, i, variants.get(i), answer)))
            .toList());
  }

  private ProblemCandidate child(
      Problem parent, int index, Variants.Variant variant, ModelResponse answer) {
    return new Child(parent, STAGE, 0, index)
        .asking(variant.question(), prompt, answer)
        .setExpectedAnswer(variant.answer())
        .build();
  }
}
