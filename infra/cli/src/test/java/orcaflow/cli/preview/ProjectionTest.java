package orcaflow.cli.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectionTest {

  @Test
  void oneSeedGivesNoInterval() {
    Projection projection = Projection.of(List.of(3.0), 10);
    assertThat(projection.sum()).isEqualTo(30);
    assertThat(projection.interval()).isEmpty();
  }

  /** Mean 2, standard deviation 1, so 2 +- 4.303 / sqrt(3); 6 is spent already. */
  @Test
  void threeSeedsGiveTheIntervalOfStudentsTNeverBelowWhatTheyTook() {
    Projection projection = Projection.of(List.of(1.0, 2.0, 3.0), 100);
    assertThat(projection.sum()).isEqualTo(200);
    assertThat(projection.interval().orElseThrow().low()).isEqualTo(6);
    assertThat(projection.interval().orElseThrow().high()).isCloseTo(448.4, within(0.1));
  }

  @Test
  void equalSeedsLeaveNoDoubt() {
    Projection projection = Projection.of(Collections.nCopies(50, 0.5), 1000);
    assertThat(projection.interval()).contains(new Projection.Interval(500, 500));
  }

  @Test
  void noSeedTakesNothing() {
    assertThat(Projection.of(List.of(), 0).sum()).isZero();
  }
}
