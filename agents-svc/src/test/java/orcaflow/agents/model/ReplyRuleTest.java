package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import orcaflow.agents.model.AskResult.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows named C- are cases of recorded replies of real endpoints. */
class ReplyRuleTest {

  private static final int MAX_TOKENS = 1_024;
  private static final String SPENT =
      "the reply was spent on reasoning: all 1024 tokens of maxTokens; raise maxTokens";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      nullValues = "-",
      value = {
        // name, kind, text, reasoning, completion tokens, decision
        "good, ENDED, 17, -, 60, usable",
        "good with reasoning, ENDED, 17, 12 and 5, 60, usable",
        "no form, ENDED, seventeen, -, 60, again FORM",
        "empty, ENDED, '', -, 0, again FORM",
        "C-c4stop, ENDED, '', so he has 17, 60, unusable FORM",
        "C-thinkonly, ENDED, ' ', so the answer is 24, 60, unusable FORM",
        "declines, ENDED, I cannot., -, 5, declined",
        "sorry, ENDED, 'Sorry, no.', -, 5, declined",
        "C-c11refusal, REFUSED, I can't help with that., -, 5, declined",
        "refused with a number, REFUSED, 17, -, 5, declined",
        "C-c11filter, FILTERED, 17, -, 60, unusable UNFINISHED",
        "C-c1num, FAILED, 17, -, 60, again UNFINISHED",
        "C-c11unknown, UNKNOWN, 17, -, 60, again UNFINISHED",
        "cut, CUT, 17, -, 1024, again UNFINISHED",
        "cut, CUT, 17, a, 1024, again UNFINISHED",
        "C-c11maxtok, CUT, 17, -, 60, unusable UNFINISHED",
        "C-c4len, CUT, '', ... so 12, 1024, unusable UNFINISHED",
        "C-thinkcut, CUT, '', First try: 12 * 5 = 60., 1024, unusable UNFINISHED",
        "C-c5empty, CUT, '', -, 1, unusable UNFINISHED",
      })
  void decides(
      String name, ReplyKind kind, String text, String reasoning, long tokens, String decision) {
    assertThat(name(decide(kind, text, reasoning, tokens))).isEqualTo(decision);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"'', so it is, 1024", "'', -, 1024", "17, so it is 12 and 5, 1024", "'', x, 512"})
  void saysThatReasoningTookTheTokens(String text, String reasoning, long tokens) {
    assertThat(decide(ReplyKind.CUT, text, reasoning, tokens)).isEqualTo(unusable(SPENT));
  }

  @Test
  void saysThatTheContextWindowIsFull() {
    String reason =
        "the reply was cut after 1 of 1024 tokens: with 4095 tokens of prompt the context window is full";
    assertThat(decide(ReplyKind.CUT, "", null, 1)).isEqualTo(unusable(reason));
    assertThat(decide(ReplyKind.CUT, "He buys", "so", 1)).isEqualTo(unusable(reason));
  }

  @Test
  void tokensThatAreOnlyEstimatedSayNothingOfTheContextWindow() {
    ModelResponse.Usage estimated = new ModelResponse.Usage(4_000, 0, 300, true);
    assertThat(name(decide(response(ReplyKind.CUT, "He buys 5", null, estimated))))
        .isEqualTo("again UNFINISHED");
  }

  @Test
  void failuresSettle() {
    assertThat(name(ReplyRule.of(new ModelFailure.Unavailable("x")))).isEqualTo("not now");
    assertThat(name(ReplyRule.of(new ModelFailure.RateLimited("x", Optional.empty()))))
        .isEqualTo("not now");
    assertThat(name(ReplyRule.of(new ModelFailure.Refused("x")))).isEqualTo("unusable REFUSED");
    assertThat(name(ReplyRule.of(new ModelFailure.TooLong("x", ModelResponse.Usage.NONE))))
        .isEqualTo("unusable TOO_LONG");
  }

  private static ReplyRule.Decision<String> decide(
      ReplyKind kind, String text, String reasoning, long completionTokens) {
    return decide(
        response(kind, text, reasoning, ModelResponse.Usage.reported(4_095, completionTokens)));
  }

  private static ReplyRule.Decision<String> decide(ModelResponse response) {
    return ReplyRule.of(
        response,
        text ->
            text.matches(".*\\d") ? ParsedReply.of(text) : ParsedReply.unusable("no number in it"),
        MAX_TOKENS);
  }

  private static ModelResponse response(
      ReplyKind kind, String text, String reasoning, ModelResponse.Usage usage) {
    return new ModelResponse(
        "m",
        List.of(new ModelResponse.Text(text, "x", kind, Optional.ofNullable(reasoning))),
        usage,
        1);
  }

  private static ReplyRule.Decision<String> unusable(String reason) {
    return new ReplyRule.Decision.Settled<>(new AskResult.Unusable<>(reason, Fault.UNFINISHED));
  }

  private static String name(ReplyRule.Decision<?> decision) {
    if (decision instanceof ReplyRule.Decision.AskAgain<?> again) {
      return "again " + again.fault();
    }
    AskResult<?> result = ((ReplyRule.Decision.Settled<?>) decision).result();
    if (result instanceof AskResult.Unusable<?> unusable) {
      return "unusable " + unusable.fault();
    }
    return result instanceof AskResult.NotNow
        ? "not now"
        : result instanceof AskResult.Declined ? "declined" : "usable";
  }
}
