package orcaflow.trainer.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  @Test
  void countsWhatIsLostAndGained() {
    PairedDifference found =
        PairedDifference.of(new int[] {1, 0, 1, 0, 0}, new int[] {1, 1, 0, 1, 0}, 1);

    assertThat(found.lost()).isEqualTo(1);
    assertThat(found.gained()).isEqualTo(2);
    assertThat(found.difference()).isCloseTo(0.2, within(1e-12));
    assertThat(found.discordance()).isEqualTo(0.6);
    assertThat(found.p()).isEqualTo(1);
    assertThat(found.interval()).isEqualTo(ScoreInterval.of(new Pairs(5, 1, 2)));
  }

  @Test
  void takesEachQuestionAsAFamilyWhereItHasSeveralAnswers() {
    PairedDifference found = PairedDifference.of(new int[] {4, 0, 2, 1}, new int[] {4, 3, 2, 3}, 4);
    List<Cluster> families = Stream.of(0, 3, 0, 2).map(gain -> new Cluster(gain, 4)).toList();

    assertThat(found.difference()).isEqualTo(5 / 16.0);
    assertThat(found.interval()).isEqualTo(ClusteredInterval.of(families));
    assertThat(found.p()).isEqualTo(0.5);
  }

  @Test
  void theRandomisationTestWithOneAnswerIsTheTestOfMcNemar() {
    for (int lost = 0; lost < 12; lost++) {
      List<Cluster> families =
          Stream.concat(
                  IntStream.range(0, lost).mapToObj(i -> new Cluster(-1, 1)),
                  IntStream.range(0, 9).mapToObj(i -> new Cluster(1, 1)))
              .toList();
      assertThat(SignFlip.p(families)).isCloseTo(McNemar.p(new Pairs(50, lost, 9)), within(1e-12));
    }
  }

  @Test
  void anIntervalHasWidthThoughNothingDiffers() {
    Interval one = PairedDifference.of(new int[30], new int[30], 1).interval();
    Interval several = PairedDifference.of(new int[30], new int[30], 4).interval();

    assertThat(one.low()).isLessThan(-0.1);
    assertThat(one.high()).isGreaterThan(0.1);
    assertThat(several).isEqualTo(one);
  }

  @Test
  void oneFamilyAloneSaysNothing() {
    assertThat(ClusteredInterval.of(List.of(new Cluster(3, 9)))).isEqualTo(new Interval(-1, 1));
  }

  @Test
  void fiveQuestionsCanShowNothing() {
    assertThat(SmallestDifference.of(5, 1)).isEmpty();
    assertThat(SmallestDifference.of(6, 1)).isPresent();
  }

  @Test
  void saysWhatCannotBe() {
    assertThatThrownBy(() -> PairedDifference.of(new int[3], new int[2], 1))
        .hasMessage("3 questions against 2");
    assertThatThrownBy(() -> new Pairs(3, 2, 2)).hasMessage("2 lost and 2 gained of 3 questions");
    assertThatThrownBy(() -> PassAtK.of(1, 4, 5)).hasMessage("pass@5 of 1 right in 4 samples");
    assertThatThrownBy(() -> MajorityAtK.of(new MajorityAtK.Votes(1, List.of(2), 0), 4))
        .hasMessage("maj@4 of 3 samples");
    assertThatThrownBy(() -> new ConfidenceSequence(0.9).add(2)).hasMessage("a difference of 2.0");
  }
}
