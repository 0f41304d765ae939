package orcaflow.schemas.alike;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamiliesTest {

  @Test
  void variantsOfAProblemAreAFamily() {
    assertThat(
            Families.of(
                List.of(
                    "Ada has 3 red pens and buys 4 more pens. How many pens has Ada now?",
                    "A train leaves at noon. How far is it in five hours?",
                    "Ada has 30 red pens and buys 41 more pens. How many pens has Ada now?",
                    "A train leaves at noon. How far is it in six hours?")))
        .containsExactly(0, 1, 0, 1);
  }

  @Test
  void aThirdOneJoinsTwoThatAreNotAlike() {
    String a = "one a b c d e f g h i j k";
    String b = "a b c d e f g h i j k l";
    String c = "b c d e f g h i j k l m n";
    assertThat(Families.of(List.of(a, c))).containsExactly(0, 1);
    assertThat(Families.of(List.of(a, c, b))).containsExactly(0, 0, 0);
  }

  @Test
  void noQuestionsHaveNoFamilies() {
    assertThat(Families.of(List.of())).isEmpty();
  }
}
