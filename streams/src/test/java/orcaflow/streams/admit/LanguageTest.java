package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {

  private static Language english;

  @BeforeAll
  static void read() {
    english = new Language("eng");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Tom has 4 apples and buys 3. How many has he?       | true
          If Teresa jogged 25 kilometers at 5 kilometers per hour, how long was Teresa jogging? | true
          12 + 30 = ?                                         | true
          Tom a 4 pommes et en achète 3. Combien en a-t-il ?  | false
          Tom hat 4 Äpfel und kauft 3. Wie viele hat er?      | false
          Tom tiene 4 manzanas y compra 3. ¿Cuántas tiene?    | false
          汤姆有4个苹果,又买了3个。他有多少个?                | false
          """)
  void letsPassWhatMayBeInTheLanguage(String text, boolean passes) {
    assertThat(english.objection(text).isEmpty()).isEqualTo(passes);
  }

  @Test
  void theEvidenceNamesTheLanguageFound() {
    Evidence evidence =
        english.objection("Tom hat 4 Äpfel und kauft 3. Wie viele hat er?").orElseThrow();
    assertThat(evidence.sentence()).matches("'deu' fits \\d\\.\\d times better than 'eng'");
    assertThat(evidence.method()).contains("language");
  }

  @Test
  void anUnknownLanguageIsRefused() {
    assertThatThrownBy(() -> new Language("english"))
        .hasMessageStartingWith("admit.language is 'english': use one of ");
  }
}
