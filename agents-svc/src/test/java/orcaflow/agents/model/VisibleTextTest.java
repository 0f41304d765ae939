package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VisibleTextTest {

  private static final String APPLE = character(0x1F34E);

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("", ""),
        Arguments.of(" a\tb\r\nc\n", "a\tb\nc"),
        Arguments.of(character(0x0000), "\\u{0}"),
        Arguments.of("a\rb", "a\\u{D}b"),
        Arguments.of(character(0x1B) + "[31m", "\\u{1B}[31m"),
        Arguments.of(character(0x85) + "x", "\\u{85}x"),
        Arguments.of(character(0xAD) + "x", "\\u{AD}x"),
        Arguments.of(character(0x200B) + character(0x200D), "\\u{200B}\\u{200D}"),
        Arguments.of(character(0x202E) + "x" + character(0x2066), "\\u{202E}x\\u{2066}"),
        Arguments.of("x" + character(0x2028) + "y", "x\\u{2028}y"),
        Arguments.of(character(0xFEFF), "\\u{FEFF}"),
        Arguments.of(character(0x3164), "\\u{3164}"),
        Arguments.of("a" + character(0xFE0F), "a\\u{FE0F}"),
        Arguments.of(character(0xE0041), "\\u{E0041}"),
        Arguments.of(character(0xE0100), "\\u{E0100}"),
        Arguments.of(character(0xE000), "\\u{E000}"),
        Arguments.of(character(0xFFFF), "\\u{FFFF}"),
        Arguments.of(character(0xD83D), "\\u{D83D}"),
        Arguments.of("\\u{0}", "\\u{0}"),
        Arguments.of("café 中文 " + APPLE, "café 中文 " + APPLE));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void showsWhatCannotBeSeen(String text, String shown) {
    assertThat(VisibleText.of(text, 100)).isEqualTo(shown);
  }

  @Test
  void keepsBeginningAndEndOfALongText() {
    assertThat(VisibleText.of("a".repeat(100), 100)).isEqualTo("a".repeat(100));
    assertThat(VisibleText.of("a".repeat(60) + "b".repeat(60), 100))
        .isEqualTo("a".repeat(50) + "\n[... 20 characters left out ...]\n" + "b".repeat(50));
  }

  @Test
  void cutsBetweenCharactersAndCountsThem() {
    assertThat(VisibleText.of(APPLE.repeat(9), 9)).isEqualTo(APPLE.repeat(9));
    assertThat(VisibleText.of(APPLE.repeat(10), 5))
        .isEqualTo(APPLE.repeat(2) + "\n[... 5 characters left out ...]\n" + APPLE.repeat(3));
  }

  @Test
  void theLimitHoldsForWhatIsShown() {
    assertThat(VisibleText.of(character(0).repeat(10_000) + "17", 100))
        .hasSizeLessThan(150)
        .startsWith("\\u{0}\\u{0}")
        .contains("[... 99")
        .endsWith("\\u{0}17");
  }

  private static String character(int codePoint) {
    return Character.toString(codePoint);
  }
}
