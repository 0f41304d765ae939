package orcaflow.agents.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import orcaflow.agents.model.ModelResponse;
import org.junit.jupiter.api.Test;

class CompletionGroupTest {

  @Test
  void asksForWhatIsMissingUntilAllAreThere() {
    CompletionGroup group = CompletionGroup.empty(4);
    assertThat(group.wanted(4)).isEqualTo(4);
    group = group.with(answer("m", "a"), 4);
    assertThat(group.wanted(4)).isEqualTo(3);
    group = group.with(answer("m", "b", "c", "d", "e"), 4);
    assertThat(group.complete(4)).isTrue();
    assertThat(texts(group)).containsExactly("a", "b", "c", "d");
    assertThat(group.calls()).isEqualTo(2);
    assertThat(group.fruitless()).isZero();
  }

  @Test
  void beginsAnewWithThePolicyThatServesNow() {
    CompletionGroup group =
        CompletionGroup.empty(4).with(answer("m1", "a", "b"), 4).with(answer("m2", "c"), 4);
    assertThat(group.servedBy()).contains("m2");
    assertThat(texts(group)).containsExactly("c");
    assertThat(group.fruitless()).isEqualTo(1);
  }

  @Test
  void asksOneByOneOnceToldTo() {
    CompletionGroup group = CompletionGroup.empty(4).oneByOne().with(answer("m", "a"), 4);
    assertThat(group.wanted(4)).isEqualTo(1);
    assertThat(
            group
                .with(
                    new ModelResponse("m", List.of(new ModelResponse.Text("x", "error")), 1, 1, 1),
                    4)
                .calls())
        .isEqualTo(3);
  }

  private static ModelResponse answer(String model, String... texts) {
    return new ModelResponse(
        model,
        Stream.of(texts).map(text -> new ModelResponse.Text(text, "stop")).toList(),
        1,
        1,
        1);
  }

  private static List<String> texts(CompletionGroup group) {
    return group.texts().stream().map(ModelResponse.Text::text).toList();
  }
}
