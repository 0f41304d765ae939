package orcaflow.cli.contamination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;

class LettersTest {

  private static final List<String> PIECES =
      List.of(
          "Tom", "TOM", "’", "'", "3.5", "35", "½", "²", "Ⅳ", "ﬁg", "fig", "ſ", "İ", "ß", "É", "é",
          "e\u0301", "-", "$", " ", ", ", "①", "１", "1", "中", "_", "\u00A0");

  /** Otherwise an exact copy would be passed over. */
  @Test
  void textsThatCountAsEqualHaveEqualHashes() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      String one = text(random);
      String normalised = Ids.normalised(one);
      if (Ids.normalised(normalised).equals(normalised)) {
        assertThat(Letters.hash(normalised)).as(one).isEqualTo(Letters.hash(one));
      }
    }
  }

  @Test
  void otherLettersHaveOtherHashes() {
    assertThat(Letters.hash("Tom has 4 apples"))
        .isEqualTo(Letters.hash("TOM, has: 4 apples?"))
        .isNotEqualTo(Letters.hash("Tom has 5 apples"));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
