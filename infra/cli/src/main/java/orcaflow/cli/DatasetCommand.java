package orcaflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.dataset.Change;
import orcaflow.cli.dataset.Export;
import orcaflow.cli.dataset.Manifest;
import orcaflow.cli.dataset.RunTopics;
import orcaflow.cli.dataset.Shelf;
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
      "Example: ./orcaflow dataset cut --name first && ./orcaflow dataset export first --format hf --out first"
    })
final class DatasetCommand implements Runnable {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
  private static final int SHORT = 12;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,59}";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
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

    private Shelf shelf() {
      return new Shelf(datasets.orElseGet(() -> dir.resolve("datasets")));
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
        "  ./orcaflow dataset cut --bootstrap kafka:9092 --registry http://registry:8081 --out versions"
      })
  static final class Cut implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;
    @Mixin private Output output;

    @Option(names = "--name", description = "What to call it, beside its hash.")
    private Optional<String> name = Optional.empty();

    @Option(
        names = {"--out", "--datasets"},
        description =
            "Folder to keep the version in (default: datasets in the run's folder; needed with --bootstrap).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws Exception {
      if (name.isPresent() && !name.get().matches(NAME)) {
        throw new Failure.BadInput(
            "--name is '%s': use 1 to 60 letters, digits, '.', '-' and '_'".formatted(name.get()));
      }
      if (where.elsewhere() && out.isEmpty()) {
        throw new Failure.BadInput("--bootstrap needs --out: the folder to keep the version in");
      }
      Shelf shelf = new Shelf(out.orElseGet(() -> where.dir().resolve("datasets")));
      try (Place.Reached reached = where.reach();
          RunTopics topics = new RunTopics(reached.cluster())) {
        Shelf.Kept kept = shelf.keep(topics.cut(), name);
        PrintWriter print = spec.commandLine().getOut();
        if (output.json()) {
          print.println(JSON.writeValueAsString(kept));
        } else {
          print.println(kept.version());
          kept.manifest()
              .topics()
              .forEach(slice -> print.printf("  %-22s %d%n", slice.topic(), slice.records()));
          print.println("kept in " + shelf.file(kept.version()));
        }
        print.flush();
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
    @Spec private CommandSpec spec;
    @Mixin private Kept kept;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      PrintWriter print = spec.commandLine().getOut();
      List<Shelf.Kept> all = kept.shelf().all();
      if (all.isEmpty() && !output.json()) {
        print.println("no versions");
      }
      for (Shelf.Kept version : all) {
        print.println(
            output.json()
                ? JSON.writeValueAsString(row(version))
                : "%s  %-20s run %-12s %d records"
                    .formatted(
                        version.version().substring(0, SHORT),
                        version.name().orElse("-"),
                        version.manifest().run(),
                        version.manifest().records()));
      }
      print.flush();
      return 0;
    }

    private static Map<String, Object> row(Shelf.Kept version) {
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
    @Spec private CommandSpec spec;
    @Mixin private Kept kept;
    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "A", description = "A version: name or hash.")
    private String left;

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private String right;

    @Override
    public Integer call() throws Exception {
      Manifest a = kept.shelf().find(left).manifest();
      Manifest b = kept.shelf().find(right).manifest();
      List<Change> changes = Change.between(a, b);
      PrintWriter print = spec.commandLine().getOut();
      if (changes.isEmpty() && !output.json()) {
        print.println("no differences");
      }
      for (Change change : changes) {
        print.println(
            output.json()
                ? JSON.writeValueAsString(change)
                : "%-22s %-12s %s -> %s"
                    .formatted(change.topic(), change.what(), change.left(), change.right()));
      }
      print.flush();
      return changes.isEmpty() ? 0 : 1;
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
    @Spec private CommandSpec spec;
    @Mixin private Where where;
    @Mixin private Output output;

    @Parameters(paramLabel = "VERSION", description = "Name or hash, as in 'dataset list'.")
    private String version;

    @Option(
        names = "--datasets",
        description =
            "Folder of the versions (default: datasets in the run's folder; needed with --bootstrap).")
    private Optional<Path> datasets = Optional.empty();

    @Option(
        names = "--format",
        required = true,
        description =
            "jsonl: a file for each kind of rows; hf: a folder for the datasets library with configs problems, sft, kto and dpo.")
    private Export.Format format;

    @Option(names = "--out", required = true, description = "A new or empty folder.")
    private Path out;

    @Override
    public Integer call() throws Exception {
      if (where.elsewhere() && datasets.isEmpty()) {
        throw new Failure.BadInput("--bootstrap needs --datasets: the folder of the versions");
      }
      Manifest manifest =
          new Shelf(datasets.orElseGet(() -> where.dir().resolve("datasets")))
              .find(version)
              .manifest();
      Map<String, Long> rows;
      try (Place.Reached reached = where.reach();
          RunTopics topics = new RunTopics(reached.cluster().another(manifest.run()))) {
        rows = Export.write(manifest, topics.at(manifest), format, out);
      }
      PrintWriter print = spec.commandLine().getOut();
      if (output.json()) {
        print.println(JSON.writeValueAsString(rows));
      } else {
        rows.forEach((file, n) -> print.printf("  %-26s %d%n", file, n));
        print.println("written to " + out);
      }
      print.flush();
      return 0;
    }
  }
}
