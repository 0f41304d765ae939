package orcaflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.cli.run.Shipped;
import picocli.CommandLine.Option;

/** The benchmark that policies are evaluated on. */
final class HeldOut {

  @Option(
      names = "--benchmark",
      description =
          "Held-out problems, JSONL with question and answer (default: the shipped ones).")
  private Optional<Path> benchmark = Optional.empty();

  /** The file given, or the shipped benchmark unpacked beside the run. */
  Path file(Path dir) throws Failure.BadInput, IOException {
    if (benchmark.isEmpty()) {
      Files.createDirectories(dir);
      return Shipped.unpack(Shipped.BENCHMARK, dir);
    }
    return PlanOptions.readable(benchmark.get(), "--benchmark");
  }
}
