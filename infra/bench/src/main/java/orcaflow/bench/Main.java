package orcaflow.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.cli.command.BuildVersion;
import orcaflow.cli.terminal.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./orcaflow bench NAME}. Exit status: 0 all bounds are kept, 1 one is not or something
 * could not be measured, 2 the command line is wrong.
 */
@Command(
    name = "orcaflow bench",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description =
        "Measure a part of the pipeline, alternated with its peers, and hold it to its floors.")
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Which benchmark; see below.")
  private String name;

  @Option(
      names = "--json",
      paramLabel = "F",
      description =
          "Also write bench, machine and measures (name, value, unit, peer, floor, min, max, runs)"
              + " to this file.")
  private Optional<Path> json = Optional.empty();

  @Option(names = "--only", paramLabel = "MEASURE", description = "Only this measure; repeatable.")
  private Set<String> only = Set.of();

  private final List<Benchmark> benchmarks;

  private Main(List<Benchmark> benchmarks) {
    this.benchmarks = benchmarks;
  }

  public static void main(String[] arguments) {
    System.exit(commandLine(Benchmarks.ALL).execute(arguments));
  }

  static CommandLine commandLine(List<Benchmark> benchmarks) {
    CommandLine line = new CommandLine(new Main(benchmarks));
    String list =
        benchmarks.stream()
            .map(b -> "  %-14s %s%n".formatted(b.name(), b.about()))
            .collect(Collectors.joining());
    String footer =
        "%nBenchmarks:%n"
            + list.replace("%", "%%")
            + "%nExample: ./orcaflow bench trainer --json trainer.json";
    line.getCommandSpec().usageMessage().footer(footer);
    return line.setExecutionExceptionHandler(Main::explain);
  }

  private static int explain(
      Exception e, CommandLine command, CommandLine.ParseResult parseResult) {
    String sentence = e.getMessage() == null ? e.toString() : e.getMessage();
    command.getErr().println("orcaflow bench: " + sentence);
    if (Boolean.getBoolean("orcaflow.stacktraces")) {
      e.printStackTrace(command.getErr());
    }
    return 1;
  }

  @Override
  public Integer call() throws Exception {
    Optional<Benchmark> benchmark =
        benchmarks.stream().filter(b -> b.name().equals(name)).findFirst();
    if (benchmark.isEmpty()) {
      return wrong(
          "there is no benchmark \"%s\"; there are %s"
              .formatted(
                  name,
                  benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", "))));
    }
    if (json.isPresent() && !canBeWritten(json.get())) {
      return wrong("--json %s: not a file in a folder that exists".formatted(json.get()));
    }
    String machine = Machine.description();
    Path work = Files.createTempDirectory("orcaflow-bench");
    Report report;
    try (Progress progress = Progress.on(System.err)) {
      Path root = Path.of(System.getProperty("orcaflow.root", ".")).toAbsolutePath().normalize();
      report =
          new Report(name, machine, benchmark.get().run(new Context(root, work, progress, only)));
    } finally {
      remove(work);
    }
    if (report.measures().isEmpty()) {
      return wrong("%s has no measure called %s".formatted(name, String.join(" or ", only)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.table());
    out.flush();
    if (json.isPresent()) {
      report.write(json.get());
    }
    return report.kept() ? 0 : 1;
  }

  private int wrong(String sentence) {
    spec.commandLine().getErr().println("orcaflow bench: " + sentence);
    return 2;
  }

  private static boolean canBeWritten(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
