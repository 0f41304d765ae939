package orcaflow.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.cli.dataset.Manifest.Slice;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.Test;

class ManifestTest {

  private static final Slice SLICE =
      new Slice(
          "labelled-completions",
          List.of(new Range(0, 0, 9), new Range(1, 2, 2)),
          8,
          "ab",
          List.of(7, 3),
          List.of("paper@2", "paper@1"));

  /** Whoever changes this makes every version that was ever cut unreadable. */
  @Test
  void itsCanonicalFormIsForEver() {
    Manifest manifest = new Manifest(1, "main", List.of("short@b", "short@a"), List.of(SLICE));
    assertThat(manifest.canonical())
        .isEqualTo(
            "{\"format\":1,\"recipes\":[\"short@a\",\"short@b\"],\"run\":\"main\",\"topics\":[{"
                + "\"digest\":\"ab\",\"labelling\":[\"paper@1\",\"paper@2\"],"
                + "\"ranges\":[{\"from\":0,\"partition\":0,\"to\":9},"
                + "{\"from\":2,\"partition\":1,\"to\":2}],"
                + "\"records\":8,\"schemas\":[3,7],\"topic\":\"labelled-completions\"}]}");
    assertThat(manifest.version())
        .isEqualTo("97076b00fed3f1d58ac47e4a90ac2f91151ff90579ebc7cf899d80c290db9f67");
  }

  @Test
  void anyDifferenceIsAnotherVersion() {
    String version = Manifests.of("main", SLICE).version();
    assertThat(Manifests.of("main", SLICE).version()).isEqualTo(version);
    assertThat(Manifests.of("other", SLICE).version()).isNotEqualTo(version);
    assertThat(
            List.of(
                Manifests.of("main", Manifests.slice(Topics.PROBLEMS, 1, "a", new Range(0, 0, 1))),
                Manifests.of("main", Manifests.slice(Topics.PROBLEMS, 1, "b", new Range(0, 0, 1))),
                Manifests.of("main", Manifests.slice(Topics.PROBLEMS, 1, "a", new Range(0, 0, 2))),
                Manifests.of("main", Manifests.slice(Topics.PROBLEMS, 2, "a", new Range(0, 0, 1)))))
        .extracting(Manifest::version)
        .doesNotHaveDuplicates()
        .doesNotContain(version);
  }

  @Test
  void refusesAFormatItDoesNotKnow() {
    assertThatThrownBy(() -> new Manifest(2, "main", List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("format is 2: this program reads format 1");
  }
}
