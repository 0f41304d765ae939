package orcaflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.cli.heldout.BenchmarkFile;
import orcaflow.cli.run.BundledFiles;
import picocli.CommandLine.Option;

/** The benchmark that policies are evaluated on. */
final class HeldOutBenchmark {

  @Option(
      names = "--benchmark",
      description =
          "Held-out problems with answers, in any form of seeds (default: the shipped ones).")
  private Optional<Path> benchmark = Optional.empty();

  /** Whether a file is given. */
  boolean given() {
    return benchmark.isPresent();
  }

  /**
   * The file given, or what was made of it beside the run, or the shipped benchmark unpacked beside
   * the run.
   */
  Path file(Path dir) throws Failure.BadInput, IOException {
    if (benchmark.isEmpty()) {
      Files.createDirectories(dir);
      return BundledFiles.unpack(BundledFiles.BENCHMARK, dir);
    }
    return BenchmarkFile.of(
        ProductionOptions.readable(benchmark.get(), "--benchmark"), dir, System.err::println);
  }
}
