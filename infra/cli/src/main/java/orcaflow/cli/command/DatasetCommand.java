package orcaflow.cli.command;

import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.dataset.Benchmark;
import orcaflow.cli.dataset.Change;
import orcaflow.cli.dataset.Export;
import orcaflow.cli.dataset.Manifest;
import orcaflow.cli.dataset.RunTopics;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.cli.terminal.Output;
import orcaflow.service.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Dataset versions: cut from a run's topics, compared, exported. */
@Command(
    name = "dataset",
    mixinStandardHelpOptions = true,
    description = "Versions of the data that a run made.",
    subcommands = {
      DatasetCommand.Cut.class,
      DatasetCommand.Listing.class,
      DatasetCommand.Diff.class,
      DatasetCommand.Exporting.class
    },
    footer = {
      "",
      "Example: ./orcaflow dataset cut --name first && ./orcaflow dataset export first --format hf"
          + " --out first"
    })
public final class DatasetCommand implements Runnable {

  private static final int SHORT = 12;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,59}";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The versions in the folder given, or in the run's. */
  private static VersionStore versions(RunSelection selection, Optional<Path> given, String option)
      throws Failure.BadInput {
    if (selection.elsewhere() && given.isEmpty()) {
      throw new Failure.BadInput(
          "--bootstrap needs %s: the folder of the versions".formatted(option));
    }
    return new VersionStore(given.orElseGet(() -> selection.dir().resolve("datasets")));
  }

  /** Where versions are kept, for commands that need no Kafka. */
  static final class Kept {
    @Option(
        names = "--dir",
        defaultValue = "orcaflow-data",
        description = "Folder of the run (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Option(
        names = "--datasets",
        description = "Folder of the versions (default: datasets in the run's folder).")
    private Optional<Path> datasets = Optional.empty();

    private VersionStore versions() throws NotDirectoryException {
      if (datasets.isEmpty()) {
        Folders.requireNoFile(dir);
      }
      return new VersionStore(datasets.orElseGet(() -> dir.resolve("datasets")));
    }
  }

  /** Makes a version of what is there. */
  @Command(
      name = "cut",
      mixinStandardHelpOptions = true,
      description = {
        "Keep everything committed so far as a version, named by the hash of what it holds.",
        "Cut again with nothing new, it is the same version."
      },
      footer = {
        "",
        "Examples:",
        "  ./orcaflow dataset cut --name first --dir orcaflow-data",
        "  ./orcaflow dataset cut --bootstrap kafka:9092 --registry http://registry:8081 --out"
            + " versions"
      })
  static final class Cut implements Callable<Integer> {
    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Option(names = "--name", description = "What to call it, beside its hash.")
    private Optional<String> name = Optional.empty();

    @Option(
        names = {"--out", "--datasets"},
        description =
            "Folder to keep the version in (default: datasets in the run's folder; needed with"
                + " --bootstrap).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws Exception {
      if (name.isPresent() && !name.get().matches(NAME)) {
        throw new Failure.BadInput(
            "--name is '%s': use 1 to 60 letters, digits, '.', '-' and '_'".formatted(name.get()));
      }
      VersionStore store = versions(selection, out, "--out");
      try (RunLocation.Reached reached = selection.reach();
          RunTopics topics = new RunTopics(reached.cluster())) {
        VersionStore.Kept kept = store.keep(topics.cut(), name);
        StringBuilder text = new StringBuilder(kept.version()).append('\n');
        kept.manifest()
            .topics()
            .forEach(s -> text.append("  %-22s %d%n".formatted(s.topic(), s.records())));
        output.line(kept, text.append("kept in ").append(store.file(kept.version())).toString());
      }
      return 0;
    }
  }

  /** What there is. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Print the versions.",
      footer = {"", "Example: ./orcaflow dataset list -o json"})
  static final class Listing implements Callable<Integer> {
    private static final String ROW = "%-12s  %-20s %-16s %s";

    @Mixin private Kept kept;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      List<VersionStore.Kept> all = kept.versions().all();
      output.rows(
          all.isEmpty() ? "no versions" : ROW.formatted("VERSION", "NAME", "RUN", "RECORDS"),
          all,
          Listing::row,
          version ->
              ROW.formatted(
                  version.version().substring(0, SHORT),
                  version.name().orElse("-"),
                  version.manifest().run(),
                  version.manifest().records()));
      return 0;
    }

    private static Map<String, Object> row(VersionStore.Kept version) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("version", version.version());
      row.put("name", version.name());
      row.put("run", version.manifest().run());
      Map<String, Long> records = new LinkedHashMap<>();
      version.manifest().topics().forEach(slice -> records.put(slice.topic(), slice.records()));
      row.put("records", records);
      return row;
    }
  }

  /** Compares. */
  @Command(
      name = "diff",
      mixinStandardHelpOptions = true,
      description = "Print how two versions differ; exit status 1 if they do.",
      footer = {"", "Example: ./orcaflow dataset diff first second"})
  static final class Diff implements Callable<Integer> {
    @Mixin private Kept kept;
    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "A", description = "A version: name or hash.")
    private String left;

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private String right;

    @Override
    public Integer call() throws Exception {
      Manifest a = kept.versions().find(left).manifest();
      Manifest b = kept.versions().find(right).manifest();
      List<Change> changes = Change.between(a, b);
      return output.differences(
          changes,
          change ->
              "%-22s %-12s %s -> %s"
                  .formatted(change.topic(), change.what(), change.left(), change.right()));
    }
  }

  /** Writes files. */
  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = {
        "Write a version as files with a dataset card; twice gives the same bytes.",
        "Refused where records of the version are no longer in the topics."
      },
      footer = {
        "",
        "Example: ./orcaflow dataset export first --format hf --out first",
        "then, in Python: datasets.load_dataset('first', 'kto')"
      })
  static final class Exporting implements Callable<Integer> {
    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Parameters(paramLabel = "VERSION", description = "Name or hash, as in 'dataset list'.")
    private String version;

    @Option(
        names = "--datasets",
        description =
            "Folder of the versions (default: datasets in the run's folder; needed with"
                + " --bootstrap).")
    private Optional<Path> datasets = Optional.empty();

    @Option(
        names = "--format",
        required = true,
        description =
            "jsonl or parquet: a file for each kind of rows; hf: only what one trains on, as"
                + " Parquet in the layout of a hub. All three load with the datasets library.")
    private Export.Format format;

    @Option(names = "--out", required = true, description = "A new or empty folder.")
    private Path out;

    @Option(
        names = "--benchmark",
        description =
            "Compare the problems with this JSONL or JSONL.gz of questions, for the card; may be"
                + " given more than once.")
    private List<Path> benchmarkFiles = List.of();

    @Override
    public Integer call() throws Exception {
      Manifest manifest = versions(selection, datasets, "--datasets").find(version).manifest();
      List<Benchmark> benchmarks = new ArrayList<>();
      for (Path file : benchmarkFiles) {
        benchmarks.add(Benchmark.read(file));
      }
      Map<String, Long> rows;
      try (RunLocation.Reached reached = selection.reach();
          RunTopics topics = new RunTopics(reached.cluster().another(manifest.run()))) {
        rows = Export.write(manifest, topics.at(manifest), format, out, benchmarks);
      }
      StringBuilder text = new StringBuilder();
      rows.forEach((file, n) -> text.append("  %-28s %d%n".formatted(file, n)));
      output.line(rows, text.append("written to ").append(out).toString());
      return 0;
    }
  }
}
