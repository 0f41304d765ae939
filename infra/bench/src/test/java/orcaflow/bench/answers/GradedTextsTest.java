package orcaflow.bench.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import org.junit.jupiter.api.Test;

class GradedTextsTest {

  @Test
  void halfOfThemAreRightAndTheMatcherTellsWhich() {
    List<GradedTexts.Text> texts = GradedTexts.make(360, 5);

    assertThat(texts).hasSize(360);
    assertThat(texts).filteredOn(text -> text.completion().contains(" = ")).hasSize(360);
    assertThat(texts).filteredOn(GradedTexts.Text::right).hasSize(180);
    assertThat(texts)
        .allSatisfy(
            text ->
                assertThat(AnswerMatcher.compare(text.reference(), text.completion()).verdict())
                    .as("%s, reference %s", text.completion(), text.reference())
                    .isEqualTo(text.right() ? VerdictValue.MATCH : VerdictValue.MISMATCH));
  }
}
