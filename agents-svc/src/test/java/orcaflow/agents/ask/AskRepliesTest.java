package orcaflow.agents.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AskRepliesTest {

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of("QUESTION: a?\nANSWER: 1", List.of("a?=1")),
        Arguments.of(
            "QUESTION: a?\nANSWER: 1\n\nQUESTION: b?\nANSWER: 2\n", List.of("a?=1", "b?=2")),
        Arguments.of("QUESTION: a\nlong one?\nANSWER: 1", List.of("a long one?=1")),
        Arguments.of("Here they are:\n**QUESTION:** a?\n**ANSWER:** 1 ", List.of("a?=1")),
        Arguments.of("QUESTION: lost?\n\nQUESTION: b?\nANSWER: 2", List.of("b?=2")),
        Arguments.of("QUESTION: a?\nANSWER:\n\nQUESTION: b?\nANSWER: 2", List.of("b?=2")),
        Arguments.of("QUESTION: a?\r\nANSWER: 1\r\n", List.of("a?=1")));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void readsBlocks(String reply, List<String> questions) {
    assertThat(AskReplies.questions(reply).value().orElseThrow())
        .extracting(question -> question.question() + "=" + question.answer())
        .containsExactlyElementsOf(questions);
  }

  @Test
  void aReplyWithoutABlockIsUnusable() {
    assertThat(AskReplies.questions("What a nice problem.").fault())
        .isEqualTo("the reply has no block of QUESTION and ANSWER");
  }

  @Test
  void readsNoMoreThanAWordProblemCanHave() {
    assertThat(AskReplies.questions("QUESTION: a?\nANSWER: 1\n\n".repeat(50)).value().orElseThrow())
        .hasSize(AskReplies.MAX_BLOCKS);
  }

  @Test
  void anObjectBecomesTheTextThatIsParsed() {
    String reply =
        """
        {"problems": [{"question": "a?\\nANSWER: 9", "answer": 1}, {"question": "b?", "answer": "2"}],
         "cannot": ""}""";
    assertThat(
            AskReplies.questions(AskReplies.FORM.text(reply).orElseThrow()).value().orElseThrow())
        .as("a value cannot pose as another line")
        .extracting(question -> question.question() + "=" + question.answer())
        .containsExactly("a? ANSWER: 9=1", "b?=2");
  }
}
