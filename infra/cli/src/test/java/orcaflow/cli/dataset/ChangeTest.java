package orcaflow.cli.dataset;

import static orcaflow.cli.dataset.Manifests.slice;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.Test;

class ChangeTest {

  private static final Manifest FIRST =
      Manifests.of(
          "main",
          slice(Topics.PROBLEMS, 5, "a", new Range(0, 0, 3), new Range(1, 0, 2)),
          slice(Topics.DEMONSTRATIONS, 5, "d", new Range(0, 0, 5)));

  @Test
  void aVersionDoesNotDifferFromItself() {
    assertThat(Change.between(FIRST, FIRST)).isEmpty();
  }

  @Test
  void namesRangesAndCountsThatDiffer() {
    Manifest second =
        Manifests.of(
            "main",
            slice(
                Topics.PROBLEMS,
                9,
                "b",
                new Range(0, 0, 3),
                new Range(1, 1, 6),
                new Range(2, 0, 2)),
            slice(Topics.DEMONSTRATIONS, 5, "d", new Range(0, 0, 5)));
    assertThat(Change.between(FIRST, second))
        .containsExactly(
            new Change("problems", "records", "5", "9"),
            new Change("problems", "partition 1", "[0,2)", "[1,6)"),
            new Change("problems", "partition 2", "none", "[0,2)"));
  }

  @Test
  void namesATopicThatWasMadeAnewWithAsManyRecords() {
    Manifest second =
        Manifests.of(
            "main",
            slice(Topics.PROBLEMS, 5, "x", new Range(0, 0, 3), new Range(1, 0, 2)),
            slice(Topics.DEMONSTRATIONS, 5, "d", new Range(0, 0, 5)));
    assertThat(Change.between(FIRST, second))
        .containsExactly(new Change("problems", "digest", "a", "x"));
  }

  @Test
  void namesAnotherRun() {
    Manifest second = new Manifest(1, "exp-a", List.of(), FIRST.topics());
    assertThat(Change.between(FIRST, second))
        .containsExactly(
            new Change("-", "run", "main", "exp-a"),
            new Change("-", "recipes", "[short@aaaabbbbcccc]", "[]"));
  }
}
