package orcaflow.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.Seeding;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Problems for what runs already. */
@Command(
    name = "seed",
    mixinStandardHelpOptions = true,
    description = "Feed a file of problems to a run; rows that are in already are left alone.",
    footer = {"", "Example: ./orcaflow seed problems.jsonl.gz --limit 1000 --dir live"})
public final class SeedCommand implements Callable<Integer> {

  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @Mixin private ColumnsOption columns;

  @Parameters(
      paramLabel = "FILE",
      description = "A file of problems of any form, or a folder of them (docs/inputs.md).")
  private Path file;

  @Option(names = "--limit", description = "Take the first N rows.")
  private Optional<Long> limit = Optional.empty();

  @Override
  public Integer call() throws Exception {
    SeedInput input = columns.of(file, "");
    OptionalLong most = limit.map(OptionalLong::of).orElse(OptionalLong.empty());
    SeedRowsCheck.require(input, most, System.err::println);
    Seeding.Seeded seeded;
    try (Progress progress = Progress.on(System.err)) {
      seeded =
          Seeding.run(
              selection.cluster(),
              "seed-command",
              input,
              most,
              so -> progress.show("seeds", so.rows(), OptionalLong.empty(), ""),
              record -> progress.say("ATTENTION: left out: " + record));
    }
    output.line(
        seeded,
        "%d rows: %d written, %d there already, %d defective (see rejected-candidates)"
            .formatted(seeded.rows(), seeded.written(), seeded.skipped(), seeded.defective()));
    return 0;
  }
}
