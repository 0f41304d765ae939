package orcaflow.bench;

import java.util.List;

/** All benchmarks, in the order in which they are listed. */
final class Benchmarks {

  static final List<Benchmark> ALL = List.of();

  private Benchmarks() {}
}
