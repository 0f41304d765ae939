package orcaflow.bench;

import java.util.List;

/** Measures one part of the pipeline. Listed in {@link Benchmarks}. */
public interface Benchmark {

  /** What {@code ./orcaflow bench NAME} calls it. */
  String name();

  /** What it measures, against what, and about how long it takes: one line. */
  String about();

  /**
   * Measures.
   *
   * @throws CannotMeasure where a peer or the machine does not allow it; never a made-up number
   */
  List<Measure> run(Context context) throws Exception;
}
