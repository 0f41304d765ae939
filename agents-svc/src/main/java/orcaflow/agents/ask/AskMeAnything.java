package orcaflow.agents.ask;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.agents.expand.ChildProblem;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * Makes one problem of each quantity of a seed (Orca-Math, section 2.2). The hidden quantity
 * becomes the child's expected answer. A child that {@link HiddenTarget} objects to becomes a
 * candidate with a defect, which admission rejects under that reason.
 */
public final class AskMeAnything implements Agent<Problem> {

  public static final String STAGE = ExpansionRule.ASK_ME_ANYTHING;

  /** Most problems that are made of one. */
  public static final int MOST_CHILDREN = AskReplies.MAX_BLOCKS;

  private final PromptClient model;
  private final ExpansionRule expansion;
  private final Prompt prompt =
      Prompt.load("ask-me-anything/ask-me-anything.v2").repliedIn(AskReplies.FORM);

  public AskMeAnything(PromptClient model, ExpansionRule expansion) {
    this.model = model;
    this.expansion = expansion;
  }

  @Override
  public boolean wants(Problem problem) {
    return expansion.asksAbout(problem);
  }

  @Override
  public Future<Reply> work(Problem problem) {
    HiddenTarget target = HiddenTarget.of(problem);
    return model
        .ask(
            prompt,
            Map.of("problem", problem.getQuestion()),
            problem.getId(),
            reply -> AskReplies.questions(reply, target))
        .map(
            result ->
                result.fold(
                    usable -> children(problem, target, usable.value(), usable.response()),
                    Reply.Skipped::new,
                    Reply.Postponed::new));
  }

  private Reply children(
      Problem parent,
      HiddenTarget target,
      List<AskReplies.QuestionAnswer> questions,
      ModelResponse response) {
    return new Reply.Produced(
        IntStream.range(0, questions.size())
            .<Output<?>>mapToObj(
                i ->
                    new Output<>(
                        Topics.PROBLEM_CANDIDATES,
                        child(parent, target, i, questions.get(i), response)))
            .toList());
  }

  private ProblemCandidate child(
      Problem parent,
      HiddenTarget target,
      int index,
      AskReplies.QuestionAnswer block,
      ModelResponse response) {
    return new ChildProblem(parent, STAGE, 0, index)
        .candidate(block.question(), prompt, response)
        .setExpectedAnswer(block.answer())
        .setDefect(target.fault(block.question(), block.answer()).orElse(null))
        .build();
  }
}
