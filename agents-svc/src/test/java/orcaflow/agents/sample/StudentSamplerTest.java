package orcaflow.agents.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orcaflow.agents.Lab;
import orcaflow.agents.model.Message;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.ReplyKind;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Completion;
import orcaflow.events.RolloutRequest;
import orcaflow.events.SampledTokens;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;

class StudentSamplerTest {

  private static final int TRIES = 3;
  private static final RolloutRequest REQUEST = Lab.request("How many?", 4);

  /** The responses of the endpoint, in order. */
  private final Deque<Future<ModelResponse>> script = new ArrayDeque<>();

  private final List<ModelRequest> requests = new ArrayList<>();
  private final ModelClient endpoint =
      request -> {
        requests.add(request);
        return script.remove();
      };

  @Test
  void requestsAllSamplesInOneCallFromThePolicyOfTheRequest() {
    responds("main-M1-1", "a", "b", "c", "d");
    sample();
    assertThat(requests)
        .containsExactly(
            new ModelRequest(
                "sample",
                "main-M1-1",
                Optional.empty(),
                List.of(new Message("user", "How many?")),
                new ModelRequest.Sampling(4, 0.7, 0.95, 64, 1, List.of("\nUSER:"), true, false),
                0));
  }

  @Test
  void aConfiguredNameReplacesThePolicyInTheCall() {
    responds("student-m2", "a", "b", "c", "d");
    new StudentSampler(endpoint, Optional.of("student-m2"), TRIES).work(REQUEST);
    assertThat(requests).extracting(ModelRequest::model).containsExactly("student-m2");
    assertThat(requests.get(0).sampling().tokenIds())
        .as("a field that this endpoint may not know")
        .isFalse();
  }

  @Test
  void theRolloutCarriesTheSampledTokens() {
    SampledTokens tokens = new SampledTokens(List.of(4, 2), List.of(-0.5f, -1f));
    script.add(
        Future.succeededFuture(
            new ModelResponse(
                "main-M1-1",
                List.of(
                    new ModelResponse.Text(
                        "a", "stop", ReplyKind.ENDED, Optional.empty(), Optional.of(tokens)),
                    new ModelResponse.Text("b", "stop"),
                    new ModelResponse.Text("c", "stop"),
                    new ModelResponse.Text("d", "stop")),
                1,
                1,
                1)));
    assertThat(rollout(sample()).getCompletions())
        .extracting(Completion::getTokens)
        .containsExactly(tokens, null, null, null);
  }

  @Test
  void aNewerPolicyMayAnswerWhereTheRequestSaysSo() {
    RolloutRequest request = RolloutRequest.newBuilder(REQUEST).setNewer(true).build();
    responds("main-M2-7", "a", "b", "c", "d");
    Reply reply = new StudentSampler(endpoint, Optional.empty(), TRIES).work(request).result();
    assertThat(requests.get(0).sampling().newer()).isTrue();
    assertThat(rollout(reply).getPolicyVersion()).isEqualTo("main-M2-7");
    responds("student-m2", "a", "b", "c", "d");
    new StudentSampler(endpoint, Optional.of("student-m2"), TRIES).work(request);
    assertThat(requests.get(1).sampling().newer()).isFalse();
  }

  @Test
  void theRolloutCarriesThePolicyThatServed() {
    responds("main-M2-7", "a", "b", "c", "d");
    StudentRollout rollout = rollout(sample());
    assertThat(rollout.getId()).isEqualTo(REQUEST.getId());
    assertThat(rollout.getPolicyVersion()).isEqualTo("main-M2-7");
    assertThat(rollout.getLineage().getPolicyVersion()).isEqualTo("main-M2-7");
    assertThat(rollout.getLineage().getModel()).isEqualTo("main-M2-7");
    assertThat(rollout.getLineage().getParent()).isEqualTo(REQUEST.getProblemId());
    assertThat(rollout.getCompletions())
        .extracting(Completion::getId)
        .containsExactly(
            Ids.rollout(REQUEST.getProblemId(), 2, 0),
            Ids.rollout(REQUEST.getProblemId(), 2, 1),
            Ids.rollout(REQUEST.getProblemId(), 2, 2),
            Ids.rollout(REQUEST.getProblemId(), 2, 3));
  }

  @Test
  void missingCompletionsAreRequestedWithTheSeedsThatFollow() {
    responds("m", "a");
    responds("m", "b", "c");
    responds("m", "d");
    assertThat(texts(sample())).containsExactly("a", "b", "c", "d");
    assertThat(requests)
        .extracting(request -> request.sampling().samples())
        .containsExactly(4, 3, 1);
    assertThat(requests)
        .extracting(request -> request.sampling().seed())
        .containsExactly(1L, 2L, 4L);
    assertThat(requests).extracting(ModelRequest::id).doesNotHaveDuplicates();
  }

  @Test
  void completionsOfTwoPoliciesAreNeverMixed() {
    responds("old", "a", "b");
    responds("new", "c", "d");
    responds("new", "e", "f");
    Reply reply = sample();
    assertThat(texts(reply)).containsExactly("c", "d", "e", "f");
    assertThat(rollout(reply).getPolicyVersion()).isEqualTo("new");
  }

  @Test
  void anEndpointThatAlternatesBetweenPoliciesIsNotAskedForEver() {
    for (int i = 0; i <= TRIES; i++) {
      responds("policy-" + i, "a" + i);
    }
    assertThat(texts(sample())).containsExactly("a3");
    assertThat(requests).hasSize(TRIES + 1);
  }

  @Test
  void anEndpointThatRefusesSeveralSamplesIsAskedForOneAtATime() {
    fails(new ModelFailure.Refused("n must be 1"));
    Stream.of("a", "b", "c", "d").forEach(text -> responds("m", text));
    assertThat(texts(sample())).containsExactly("a", "b", "c", "d");
    assertThat(requests)
        .extracting(request -> request.sampling().samples())
        .containsExactly(4, 1, 1, 1, 1);
  }

  @Test
  void aRefusedProblemIsSkipped() {
    fails(new ModelFailure.Refused("n must be 1"));
    fails(new ModelFailure.Refused("the prompt is too long"));
    assertThat(sample()).isEqualTo(new Reply.Skipped("the prompt is too long"));
  }

  @Test
  void aRequestThatWasGivenUpIsADeadLetter() {
    ModelFailure givenUp = new ModelFailure.Malformed("no choices");
    fails(givenUp);
    assertThat(work().cause()).isSameAs(givenUp);
    assertThat(requests).hasSize(1);
  }

  @Test
  void onlyCompletionsThatTheStudentEndedOrTheLimitCutAreData() {
    respondsWith("m", "a stop", "b error", "c max_tokens", "d content_filter");
    respondsWith("m", "e abort", "f unheard-of");
    respondsWith("m", "g stop", "h stop");
    assertThat(texts(sample())).containsExactly("a", "c", "g", "h");
    assertThat(requests).hasSize(3);
  }

  @Test
  void aStudentThatGivesNoDataIsSkippedAfterAFewTries() {
    for (int i = 0; i < TRIES; i++) {
      respondsWith("m", "a error", "b error", "c error", "d error");
    }
    assertThat(sample()).isInstanceOf(Reply.Skipped.class);
    assertThat(requests).hasSize(TRIES);
  }

  @Test
  void completionsBeforeALastingFailureAreKept() {
    responds("m", "a", "b", "c");
    fails(new ModelFailure.Refused("not this one"));
    assertThat(texts(sample())).containsExactly("a", "b", "c");
  }

  @Test
  void anOutagePostponesTheWholeRequest() {
    responds("m", "a");
    fails(new ModelFailure.Unavailable("no route"));
    assertThat(sample()).isEqualTo(new Reply.Postponed("no route"));
  }

  @Test
  void anUnknownFailureIsTheAgentsOwn() {
    IllegalStateException bug = new IllegalStateException("a bug");
    script.add(Future.failedFuture(bug));
    assertThat(new StudentSampler(endpoint, Optional.empty(), TRIES).work(REQUEST).cause())
        .isSameAs(bug);
  }

  private Reply sample() {
    return work().result();
  }

  private Future<Reply> work() {
    return new StudentSampler(endpoint, Optional.empty(), TRIES).work(REQUEST);
  }

  private void responds(String model, String... texts) {
    script.add(
        Future.succeededFuture(
            new ModelResponse(
                model,
                Stream.of(texts).map(text -> new ModelResponse.Text(text, "stop")).toList(),
                1,
                1,
                1)));
  }

  /** Completions with their finish reasons. */
  private void respondsWith(String model, String... textsAndReasons) {
    script.add(
        Future.succeededFuture(
            new ModelResponse(
                model,
                Stream.of(textsAndReasons)
                    .map(each -> each.split(" "))
                    .map(each -> new ModelResponse.Text(each[0], each[1]))
                    .toList(),
                1,
                1,
                1)));
  }

  private void fails(ModelFailure failure) {
    script.add(Future.failedFuture(failure));
  }

  private static StudentRollout rollout(Reply reply) {
    return (StudentRollout) ((Reply.Produced) reply).outputs().get(0).event();
  }

  private static List<String> texts(Reply reply) {
    return rollout(reply).getCompletions().stream().map(Completion::getText).toList();
  }
}
