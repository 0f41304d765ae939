package orcaflow.cli.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.terminal.Output;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.stack.Difference;
import orcaflow.stack.TopicCatalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The catalogue, and how a cluster compares with it. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "The topics of a run.",
    subcommands = {
      TopicsCommand.Listing.class,
      TopicsCommand.Apply.class,
      TopicsCommand.Diff.class,
      AclsCommand.class
    },
    footer = {
      "",
      "Example: ./orcaflow topics diff --bootstrap 127.0.0.1:9092 --registry http://127.0.0.1:8081"
    })
public final class TopicsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The catalogue itself; needs nothing that runs. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Print the catalogue.",
      footer = {"", "Example: ./orcaflow topics list -o json"})
  static final class Listing implements Callable<Integer> {
    private static final String ROW = "%-22s %-20s %-10s %s";

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      output.rows(
          ROW.formatted("TOPIC", "EVENT", "PARTITIONS", "KEPT"),
          Topics.all(),
          Listing::row,
          topic ->
              ROW.formatted(
                  topic.name(),
                  topic.type().getSimpleName(),
                  topic.spread().toString().toLowerCase(Locale.ROOT),
                  "forever"));
      return 0;
    }

    private static Map<String, Object> row(Topic<?> topic) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("topic", topic.name());
      row.put("event", topic.type().getName());
      row.put("partitions", topic.spread());
      row.put("retention", "FOREVER");
      row.put("deadLetters", Topics.withDeadLetters().contains(topic));
      return row;
    }
  }

  /** Creates what is missing. */
  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      description = "Create missing topics and register schemas; print what was settled.",
      footer = {
        "",
        "Example: ./orcaflow topics apply --bootstrap kafka:9092 --registry http://registry:8081"
            + " --run main"
      })
  static final class Apply implements Callable<Integer> {
    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Option(
        names = "--partitions",
        defaultValue = "4",
        description = "Partitions of the topics of the flow (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
        names = "--replication",
        defaultValue = "1",
        description = "Replication factor (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Override
    public Integer call() throws Exception {
      output.differences(
          TopicCatalogue.apply(selection.cluster(), partitions, replication),
          difference -> "settled: " + difference.sentence());
      return 0;
    }
  }

  /** Compares. */
  @Command(
      name = "diff",
      mixinStandardHelpOptions = true,
      description = "Print how the cluster differs from the catalogue; exit status 1 if it does.",
      footer = {"", "Example: ./orcaflow topics diff --dir orcaflow-data"})
  static final class Diff implements Callable<Integer> {
    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Option(
        names = "--partitions",
        defaultValue = "4",
        description = "Partitions expected (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Override
    public Integer call() throws Exception {
      try (RunLocation.Reached reached = selection.reach()) {
        return output.differences(
            TopicCatalogue.diff(reached.cluster(), partitions), Difference::sentence);
      }
    }
  }
}
