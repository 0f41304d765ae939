package orcaflow.agents.sample;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.agents.model.Answer;
import orcaflow.agents.model.Message;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.Question;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;

/**
 * Has the student answer a problem, all samples in one call and one event. The model asked for is
 * the policy version; the one stamped on the event is the one that really served. Whatever the
 * student says is data: no reply is unusable.
 */
public final class StudentSampler implements Agent<RolloutRequest> {

  public static final String STAGE = "sample";

  private final ModelClient client;
  private final int tries;

  /**
   * @param tries how often the endpoint is asked while it sends what cannot be read
   */
  public StudentSampler(ModelClient client, int tries) {
    this.client = client;
    this.tries = tries;
  }

  @Override
  public Future<Reply> work(RolloutRequest request) {
    return ask(request, 0);
  }

  private Future<Reply> ask(RolloutRequest request, int attempt) {
    return client
        .ask(question(request, attempt))
        .map(answer -> rollout(request, answer))
        .recover(failure -> failed(request, attempt, failure));
  }

  private Future<Reply> failed(RolloutRequest request, int attempt, Throwable failure) {
    if (failure instanceof ModelFailure.Malformed && attempt + 1 < tries) {
      return ask(request, attempt + 1);
    }
    if (failure instanceof ModelFailure known) {
      return Future.succeededFuture(
          known.passing()
              ? new Reply.Postponed(known.getMessage())
              : new Reply.Skipped(known.getMessage()));
    }
    return Future.failedFuture(failure);
  }

  /** The plain problem: the policy server puts it into the form its student was trained on. */
  private static Question question(RolloutRequest request, int attempt) {
    return new Question(
        STAGE,
        request.getPolicyVersion(),
        Optional.empty(),
        List.of(new Message("user", request.getQuestion())),
        new Question.Sampling(
            request.getSamples(),
            request.getTemperature(),
            request.getTopP(),
            request.getMaxTokens(),
            request.getSeed()),
        attempt);
  }

  private static Reply rollout(RolloutRequest request, Answer answer) {
    int samples = Math.min(answer.texts().size(), request.getSamples());
    Lineage from = request.getLineage();
    return new Reply.Produced(
        new Output<>(
            Topics.STUDENT_ROLLOUTS,
            StudentRollout.newBuilder()
                .setId(request.getId())
                .setProblemId(request.getProblemId())
                .setQuestion(request.getQuestion())
                .setIteration(request.getIteration())
                .setPolicyVersion(answer.servedBy())
                .setCompletions(
                    IntStream.range(0, samples)
                        .mapToObj(i -> completion(request, i, answer.texts().get(i)))
                        .toList())
                .setLineage(
                    Lineage.newBuilder()
                        .setSeed(from.getSeed())
                        .setParent(request.getProblemId())
                        .setAgent(STAGE)
                        .setRound(from.getRound())
                        .setIndex(0)
                        .setModel(answer.servedBy())
                        .setPolicyVersion(answer.servedBy())
                        .setTime(Instant.now())
                        .build())
                .build()));
  }

  private static Completion completion(RolloutRequest request, int index, Answer.Text text) {
    return Completion.newBuilder()
        .setId(Ids.rollout(request.getProblemId(), request.getIteration(), index))
        .setIndex(index)
        .setText(text.text())
        .setFinishReason(text.finishReason())
        .build();
  }
}
