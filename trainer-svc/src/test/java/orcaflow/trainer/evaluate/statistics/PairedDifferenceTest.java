package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  private static final int[] FIRST = {1, 0, 0, 1, 0, 0, 1, 0, 0, 0};
  private static final int[] SECOND = {1, 1, 0, 0, 1, 1, 1, 0, 1, 0};

  /** Ten problems, each asked in four variants that are right or wrong together. */
  @Test
  void variantsOfAProblemDoNotCountAsSeveral() {
    int[] first = fourfold(FIRST);
    int[] second = fourfold(SECOND);
    int[] families = IntStream.range(0, 40).map(i -> i - i % 4).toArray();

    PairedDifference one = PairedDifference.of(FIRST, SECOND, 1);
    PairedDifference four = PairedDifference.of(first, second, 1, families);
    PairedDifference careless = PairedDifference.of(first, second, 1);

    assertThat(four.difference()).isEqualTo(one.difference());
    assertThat(four.p()).isEqualTo(one.p());
    assertThat(four.questions()).isEqualTo(40);
    assertThat(four.gained()).isEqualTo(4 * one.gained());
    assertThat(width(four)).isBetween(0.8 * width(one), 1.3 * width(one));
    assertThat(width(careless)).isLessThan(0.6 * width(one));
    assertThat(careless.p()).isLessThan(one.p() / 10);
  }

  @Test
  void questionsThatAreEachTheirOwnFamilyAreComparedAsBefore() {
    assertThat(PairedDifference.of(FIRST, SECOND, 1, IntStream.range(0, 10).toArray()))
        .isEqualTo(PairedDifference.of(FIRST, SECOND, 1));
  }

  private static int[] fourfold(int[] right) {
    return IntStream.range(0, 4 * right.length).map(i -> right[i / 4]).toArray();
  }

  private static double width(PairedDifference found) {
    return found.interval().high() - found.interval().low();
  }
}
