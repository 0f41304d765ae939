package orcaflow.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void whatATerminalWouldObeyIsEscaped() {
    assertThat(Printable.text("a\u001b[2Jb\u0007\u009b1m\u202e\u2028\ud800\n\r\t"))
        .isEqualTo("a\\u001b[2Jb\\u0007\\u009b1m\\u202e\\u2028\\ud800\\n\\r\\t");
  }

  @Test
  void textOfAnyLanguageStays() {
    assertThat(Printable.text("Wie viele Äpfel? 苹果 3½ 🍎")).isEqualTo("Wie viele Äpfel? 苹果 3½ 🍎");
  }

  @Test
  void noCharacterOfTheFirstPlanesLeavesAsAControl() {
    for (int point = 0; point < 0x20000; point++) {
      String shown = Printable.text(new String(Character.toChars(point)));
      assertThat(shown.codePoints().anyMatch(Character::isISOControl)).isFalse();
    }
  }

  @Test
  void bytesAreHexAndAsciiAndCutShort() {
    assertThat(Printable.bytes("no\u001bé".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("5 bytes: 6e6f1bc3a9 |no...|");
    assertThat(Printable.bytes(new byte[1000]))
        .startsWith("1000 bytes, the first 256: 0000")
        .hasSizeLessThan(900);
  }
}
