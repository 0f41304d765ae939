package orcaflow.agents.sample;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.agents.model.Message;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.ReplyKind;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.FinishReason;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.Topics;

/**
 * Samples the student on a problem. All samples are one event and, where the endpoint supports
 * {@code n}, one call. The requested model is the policy version, or the configured name at an
 * endpoint other than the policy server. The event carries the model that the response names. A
 * completion that the student ended, or that the limit of tokens cut, is data; one that was
 * filtered or broken off is asked for again.
 */
public final class StudentSampler implements Agent<RolloutRequest> {

  public static final String STAGE = Stages.SAMPLE;

  private final ModelClient client;
  private final Optional<String> model;
  private final int tries;

  /**
   * @param model name of the model to request; empty for the policy of each request
   * @param tries maximum calls that add no completion, for one request
   */
  public StudentSampler(ModelClient client, Optional<String> model, int tries) {
    this.client = client;
    this.model = model;
    this.tries = tries;
  }

  @Override
  public Future<Reply> work(RolloutRequest request) {
    return ask(request, CompletionGroup.empty(request.getSamples()));
  }

  private Future<Reply> ask(RolloutRequest request, CompletionGroup group) {
    return client
        .ask(modelRequest(request, group))
        .transform(
            done ->
                done.succeeded()
                    ? proceed(request, group.with(done.result(), request.getSamples()))
                    : failed(request, group, done.cause()));
  }

  private Future<Reply> proceed(RolloutRequest request, CompletionGroup group) {
    if (!group.complete(request.getSamples()) && group.fruitless() < tries) {
      return ask(request, group);
    }
    return Future.succeededFuture(
        group.texts().isEmpty()
            ? new Reply.Skipped("no completion was ended by the student or cut by its limit")
            : rollout(request, group));
  }

  private Future<Reply> failed(RolloutRequest request, CompletionGroup group, Throwable failure) {
    if (!(failure instanceof ModelFailure known)) {
      return Future.failedFuture(failure);
    }
    if (known.retryable()) {
      return Future.succeededFuture(new Reply.Postponed(known.getMessage()));
    }
    if (known instanceof ModelFailure.Refused && group.wanted(request.getSamples()) > 1) {
      // Some endpoints refuse an n above 1.
      return ask(request, group.oneByOne());
    }
    if (!group.texts().isEmpty()) {
      return Future.succeededFuture(rollout(request, group));
    }
    return known instanceof ModelFailure.Malformed
        ? Future.failedFuture(known)
        : Future.succeededFuture(new Reply.Skipped(known.getMessage()));
  }

  /**
   * Sends the plain problem; the endpoint applies the student's chat template. The policy server is
   * asked for the sampled tokens, too, which are trained on; another endpoint may not know the
   * field and refuse the request. The seed advances by the number of completions received, since an
   * endpoint that returns one completion a call would repeat it under the same seed.
   */
  private ModelRequest modelRequest(RolloutRequest request, CompletionGroup group) {
    return new ModelRequest(
        STAGE,
        model.orElse(request.getPolicyVersion()),
        Optional.empty(),
        List.of(new Message("user", request.getQuestion())),
        new ModelRequest.Sampling(
            group.wanted(request.getSamples()),
            request.getTemperature(),
            request.getTopP(),
            request.getMaxTokens(),
            request.getSeed() + group.texts().size(),
            List.of(StudentPrompt.NEXT_TURN),
            model.isEmpty(),
            model.isEmpty() && request.getNewer()),
        group.calls());
  }

  private static Reply rollout(RolloutRequest request, CompletionGroup group) {
    String servedBy = group.servedBy().orElseThrow();
    Lineage from = request.getLineage();
    return new Reply.Produced(
        new Output<>(
            Topics.STUDENT_ROLLOUTS,
            StudentRollout.newBuilder()
                .setId(request.getId())
                .setProblemId(request.getProblemId())
                .setQuestion(request.getQuestion())
                .setIteration(request.getIteration())
                .setPolicyVersion(servedBy)
                .setCompletions(
                    IntStream.range(0, group.texts().size())
                        .mapToObj(i -> completion(request, i, group.texts().get(i)))
                        .toList())
                .setLineage(
                    Lineage.newBuilder()
                        .setSeed(from.getSeed())
                        .setParent(request.getProblemId())
                        .setAgent(STAGE)
                        .setRound(from.getRound())
                        .setIndex(0)
                        .setModel(servedBy)
                        .setPolicyVersion(servedBy)
                        .setTime(Instant.now())
                        .build())
                .build()));
  }

  private static Completion completion(RolloutRequest request, int index, ModelResponse.Text text) {
    return Completion.newBuilder()
        .setId(Ids.rollout(request.getProblemId(), request.getIteration(), index))
        .setIndex(index)
        .setText(text.text())
        .setFinishReason(text.kind() == ReplyKind.CUT ? FinishReason.LENGTH : text.finishReason())
        .setTokens(text.tokens().orElse(null))
        .build();
  }
}
