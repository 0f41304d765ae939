package orcaflow.cli.dataset;

import java.util.ArrayList;
import java.util.List;
import orcaflow.cli.contamination.ContaminationCheck;
import orcaflow.cli.contamination.ContaminationReport;
import orcaflow.events.Problem;

/** The problems of a version against each benchmark. */
final class Contamination implements AutoCloseable {

  /** What was found of one benchmark. */
  record Found(Benchmark benchmark, ContaminationReport report) {}

  private record Open(Benchmark benchmark, ContaminationCheck check) {}

  private final List<Open> checks = new ArrayList<>();

  Contamination(List<Benchmark> benchmarks) {
    for (Benchmark benchmark : benchmarks) {
      checks.add(new Open(benchmark, new ContaminationCheck(benchmark.questions())));
    }
  }

  void add(Problem problem) {
    checks.forEach(open -> open.check().problem(problem.getId(), problem.getQuestion()));
  }

  /** In the order of the benchmarks; none where none was given. */
  List<Found> found() {
    return checks.stream()
        .map(
            open ->
                new Found(
                    open.benchmark(), open.check().report(open.check().pairs(compared -> {}))))
        .toList();
  }

  @Override
  public void close() {
    checks.forEach(open -> open.check().close());
  }
}
