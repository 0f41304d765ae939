package orcaflow.cli.dataset;

import java.util.List;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.cli.dataset.Manifest.Slice;
import orcaflow.schemas.Topic;

/** Manifests for tests. */
final class Manifests {

  private Manifests() {}

  static Manifest of(String run, Slice... slices) {
    return new Manifest(1, run, List.of("short@aaaabbbbcccc"), List.of(slices));
  }

  /** A version that holds every topic. */
  static Manifest whole(String run) {
    return of(
        run,
        Manifest.TOPICS.stream().map(topic -> slice(topic, 1, "digest")).toArray(Slice[]::new));
  }

  static Slice slice(Topic<?> topic, long records, String digest, Range... ranges) {
    return new Slice(topic.name(), List.of(ranges), records, digest, List.of(3), List.of());
  }
}
