package orcaflow.cli.stall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import orcaflow.cli.run.Part;
import org.junit.jupiter.api.Test;

class StallDetectorTest {

  private final StallDetector detector = new StallDetector(Duration.ofSeconds(30));

  @Test
  void standsAfterTenSecondsWithoutAMove() {
    assertThat(standing(0, Part.SOLVE, 5, 3)).isEmpty();
    assertThat(standing(9, Part.SOLVE, 5, 7)).isEmpty();
    assertThat(standing(10, Part.SOLVE, 5, 9))
        .containsExactly(new StallDetector.Standing(Part.SOLVE, 9, seconds(10)));
    assertThat(standing(12, Part.SOLVE, 5, 9))
        .containsExactly(new StallDetector.Standing(Part.SOLVE, 9, seconds(12)));
  }

  @Test
  void theTimeCountsFromTheLastMove() {
    standing(0, Part.SOLVE, 5, 3);
    assertThat(standing(9, Part.SOLVE, 6, 2)).isEmpty();
    assertThat(standing(18, Part.SOLVE, 6, 2)).isEmpty();
    assertThat(standing(19, Part.SOLVE, 6, 2)).hasSize(1);
  }

  /** What open transactions hold is missing in one look and there in the next: that is no move. */
  @Test
  void lessThanBeforeAndAsMuchAgainIsNoMove() {
    standing(0, Part.SOLVE, 50, 3);
    assertThat(standing(4, Part.SOLVE, 38, 20)).isEmpty();
    assertThat(standing(8, Part.SOLVE, 50, 9)).isEmpty();
    assertThat(standing(10, Part.SOLVE, 44, 20)).hasSize(1);
  }

  @Test
  void aGroupThatIsSetBackMoves() {
    detector.look(Map.of(Part.SOLVE, new Position(40, 50, 3)), seconds(0));
    assertThat(detector.look(Map.of(Part.SOLVE, new Position(10, 10, 43)), seconds(11))).isEmpty();
    assertThat(detector.look(Map.of(Part.SOLVE, new Position(10, 12, 41)), seconds(20))).isEmpty();
    assertThat(detector.look(Map.of(Part.SOLVE, new Position(10, 12, 41)), seconds(30))).hasSize(1);
  }

  @Test
  void nothingStandsWhereNothingWaits() {
    standing(0, Part.GRADE, 5, 0);
    assertThat(standing(60, Part.GRADE, 5, 0)).isEmpty();
    assertThat(standing(61, Part.GRADE, 5, 1)).as("it has come just now").isEmpty();
    assertThat(standing(70, Part.GRADE, 5, 1)).hasSize(1);
  }

  @Test
  void rowsHaveTheirOwnLimit() {
    standing(0, Part.ROWS, 40, 60);
    assertThat(standing(29, Part.ROWS, 40, 60)).isEmpty();
    assertThat(standing(30, Part.ROWS, 40, 60)).hasSize(1);
  }

  @Test
  void aPartThatWasAwayStartsAgain() {
    standing(0, Part.ROWS, 40, 60);
    detector.look(Map.of(), seconds(29));
    assertThat(standing(31, Part.ROWS, 40, 60)).isEmpty();
    assertThat(standing(61, Part.ROWS, 40, 60)).hasSize(1);
  }

  private List<StallDetector.Standing> standing(int second, Part part, long done, long waiting) {
    return detector.look(Map.of(part, new Position(0, done, waiting)), seconds(second));
  }

  private static long seconds(int n) {
    return Duration.ofSeconds(n).toNanos();
  }
}
