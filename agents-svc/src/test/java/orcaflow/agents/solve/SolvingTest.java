package orcaflow.agents.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import orcaflow.agents.AgentContract;
import orcaflow.agents.Lab;
import orcaflow.agents.Replies;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.Agent;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SolvingTest extends AgentContract<Problem> {

  @Override
  protected Agent<Problem> agent(ModelClient client) {
    return Solving.byModel(new PromptClient(client, Solving.STAGE, SETTINGS));
  }

  @Override
  protected Problem input() {
    return Lab.problem("Sam has 2 coins and finds 2. How many?");
  }

  @Override
  protected List<String> good() {
    return List.of("2 + 2 = 4.\n#### 4");
  }

  @Override
  protected boolean skips() {
    return false;
  }

  static Stream<Arguments> replies() {
    ModelResponse cut = Replies.text("Tom begins with 12 apples.\nHe buys 5", "length");
    return Stream.of(
        Arguments.of("C-c1num", text("Tom begins with 12.\nHe buys 5", "error"), "UNFINISHED", 3),
        Arguments.of("C-c11filter", text("He buys 5", "content_filter"), "UNFINISHED", 1),
        Arguments.of("C-c11unknown", text("He buys 5", "flux_capacitor"), "UNFINISHED", 3),
        Arguments.of("C-c11abort", text("He buys 5", "abort"), "UNFINISHED", 3),
        Arguments.of("C-c11maxtok", text("He buys 5", "max_tokens"), "UNFINISHED", 3),
        Arguments.of("cut", cut, "UNFINISHED", 3),
        Arguments.of("C-c4len", Replies.reasoning("", "... so 12", "length"), "UNFINISHED", 1),
        Arguments.of("C-c4stop", Replies.reasoning("", "#### 17", "stop"), "NO_ANSWER", 1),
        Arguments.of("no answer", text("Who could say?", "stop"), "NO_ANSWER", 3),
        Arguments.of("C-c11refusal", Replies.refusal("I can't help with that."), "REFUSED", 1),
        Arguments.of("declines", text("I cannot solve this.", "stop"), "REFUSED", 1),
        Arguments.of(
            "C-sorry", text("Sorry for that. 12 + 5 = 17.\n#### 17", "stop"), "USABLE", 1));
  }

  private static ModelResponse text(String text, String finish) {
    return Replies.text(text, finish);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void onlyAReplyThatEndedTeaches(
      String name, ModelResponse reply, SolutionStatus status, int calls) {
    Replies replies = Replies.of(reply);
    TeacherSolution solution = solution(replies, input());
    assertThat(solution.getStatus()).isEqualTo(status);
    assertThat(solution.getReason() == null).isEqualTo(status == SolutionStatus.USABLE);
    assertThat(replies.requests()).hasSize(calls);
  }

  /** Case C-c1once. */
  @Test
  void theReplyAfterABrokenOneIsKept() {
    Replies replies = Replies.of(text("He buys 5", "error"), text("12 + 5 = 17.\n#### 17", "stop"));
    assertThat(solution(replies, expecting("17")).getFinalAnswer()).isEqualTo("17");
  }

  @Test
  void aReplyOverTheLimitIsTooLong() {
    Replies replies =
        Replies.of(new ModelFailure.TooLong("1500000 bytes", ModelResponse.Usage.NONE));
    TeacherSolution solution = solution(replies, input());
    assertThat(solution.getStatus()).isEqualTo(SolutionStatus.TOO_LONG);
    assertThat(solution.getReason()).isEqualTo("1500000 bytes");
    assertThat(replies.requests()).hasSize(1);
  }

  @Test
  void aRefusedRequestIsNotSentAgain() {
    Replies replies = Replies.of(new ModelFailure.Refused("answered 400"));
    assertThat(solution(replies, input()).getStatus()).isEqualTo(SolutionStatus.REFUSED);
    assertThat(replies.requests()).hasSize(1);
  }

  /** Case C-wrongonce. */
  @Test
  void aTeacherThatContradictsTheKnownAnswerIsAskedOnceMore() {
    Replies replies = Replies.of(text("#### 1060", "stop"), text("#### 17", "stop"));
    TeacherSolution solution = solution(replies, expecting("17"));
    assertThat(solution.getStatus()).isEqualTo(SolutionStatus.USABLE);
    assertThat(solution.getSolution()).isEqualTo("#### 17");
    assertThat(replies.requests()).hasSize(2);
    assertThat(replies.requests())
        .extracting(ModelRequest::messages)
        .containsOnly(replies.requests().get(0).messages());
    assertThat(replies.requests().get(0).messages().toString()).doesNotContain("17");
    assertThat(replies.requests())
        .extracting(request -> request.sampling().seed())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"#### 1060", "#### 99", "Who could say?", "I cannot say.", "#### tea time"})
  void theFirstContradictionStaysWhereTheSecondDoesNotAgree(String second) {
    Replies replies = Replies.of(text("#### 1060", "stop"), text(second, "stop"));
    TeacherSolution solution = solution(replies, expecting("17"));
    assertThat(solution.getStatus()).isEqualTo(SolutionStatus.CONTRADICTS_EXPECTED);
    assertThat(solution.getFinalAnswer()).isEqualTo("1060");
    assertThat(replies.requests()).hasSize(2);
  }

  @Test
  void anOutageBetweenTheTwoPostpones() {
    Replies replies =
        Replies.of(text("#### 1060", "stop"), new ModelFailure.Unavailable("nobody home"));
    assertThat(agent(replies).work(expecting("17")).result())
        .isEqualTo(new Reply.Postponed("nobody home"));
  }

  private Problem expecting(String answer) {
    return Problem.newBuilder(input()).setExpectedAnswer(answer).build();
  }

  private TeacherSolution solution(ModelClient client, Problem problem) {
    Reply.Produced produced = (Reply.Produced) agent(client).work(problem).result();
    return (TeacherSolution) produced.outputs().get(0).event();
  }
}
