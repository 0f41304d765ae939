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
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Ids;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.Topics;

/**
 * Has the student answer a problem, all samples in one event and, where the endpoint gives as many
 * as it is asked for, in one call. The model asked for is the policy version, or the configured
 * name at an endpoint that is not our policy server; the one stamped on the event is the one that
 * really served. Whatever the student says is data: no reply is unusable.
 */
public final class StudentSampler implements Agent<RolloutRequest> {

  public static final String STAGE = "sample";

  private final ModelClient client;
  private final Optional<String> model;
  private final int tries;

  /**
   * @param model model to ask for; empty for the policy of each request
   * @param tries how often the endpoint is asked while it sends what brings no completion further
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
        .ask(question(request, group))
        .transform(
            done ->
                done.succeeded()
                    ? proceed(request, group.with(done.result(), request.getSamples()))
                    : failed(request, group, done.cause()));
  }

  private Future<Reply> proceed(RolloutRequest request, CompletionGroup group) {
    return group.complete(request.getSamples()) || group.fruitless() >= tries
        ? Future.succeededFuture(rollout(request, group))
        : ask(request, group);
  }

  private Future<Reply> failed(RolloutRequest request, CompletionGroup group, Throwable failure) {
    if (!(failure instanceof ModelFailure known)) {
      return Future.failedFuture(failure);
    }
    if (known.passing()) {
      return Future.succeededFuture(new Reply.Postponed(known.getMessage()));
    }
    if (known instanceof ModelFailure.Malformed && group.fruitless() + 1 < tries) {
      return ask(request, group.wasted());
    }
    if (known instanceof ModelFailure.Refused && group.wanted(request.getSamples()) > 1) {
      // Some endpoints refuse more than one completion a call.
      return ask(request, group.oneByOne());
    }
    return Future.succeededFuture(
        group.texts().isEmpty() ? new Reply.Skipped(known.getMessage()) : rollout(request, group));
  }

  /**
   * The plain problem: the endpoint puts it into the form its student was trained on. The seed of
   * what is still missing is further on, as an endpoint that gives one completion a call would
   * repeat itself.
   */
  private ModelRequest question(RolloutRequest request, CompletionGroup group) {
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
            List.of(StudentPrompt.NEXT_TURN)),
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
        .setFinishReason(text.finishReason())
        .build();
  }
}
