package orcaflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.form.Columns;
import picocli.CommandLine.Option;

/** Which columns of a file of problems are ours, where they are not recognised. */
final class ColumnsOption {

  @Option(
      names = "--columns",
      paramLabel = "question=COLUMN,...",
      description =
          "Columns of the seeds: question=, answer=, solution=, source= (default: known forms are"
              + " recognised; docs/inputs.md).")
  private Optional<String> columns = Optional.empty();

  /** A file or folder with these columns. */
  SeedInput of(Path path, String option) throws Failure.BadInput, IOException {
    if (!Files.exists(path)) {
      throw new Failure.BadInput(
          "%s: there is no such file".formatted((option + " " + path).strip()));
    }
    if (!Files.isReadable(path)) {
      throw new Failure.BadInput("%s: may not be read".formatted((option + " " + path).strip()));
    }
    try {
      return new SeedInput(
          path.toRealPath(),
          columns.isPresent() ? Columns.parse(columns.get()) : Columns.KNOWN,
          Set.of());
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }
}
