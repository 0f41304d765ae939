package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTest {

  @Test
  void theMarkBelongsToTheValues() {
    assertThat(Fence.tag(List.of("a", "b"))).matches("[0-9a-f]{12}");
    assertThat(Fence.tag(List.of("a", "b"))).isEqualTo(Fence.tag(List.of("a", "b")));
    assertThat(Fence.tag(List.of("a", "b")))
        .isNotEqualTo(Fence.tag(List.of("b", "a")))
        .isNotEqualTo(Fence.tag(List.of("ab")));
  }

  /** Of the marks of one digit, all but one stand in the values. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "a", "f"})
  void noValueContainsTheMark(String free) {
    List<String> values =
        List.of("01234567".replace(free, ""), "89ABcdef".replaceAll("(?i)" + free, ""));
    assertThat(Fence.tag(values, 1)).isEqualTo(free);
  }
}
