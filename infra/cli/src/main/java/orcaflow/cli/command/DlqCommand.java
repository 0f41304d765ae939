package orcaflow.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.letters.LetterCount;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Dead letters: listed, shown, redriven. */
@Command(
    name = "dlq",
    mixinStandardHelpOptions = true,
    description = "The dead letters of a run: what no stage could process, and why.",
    subcommands = {DlqCommand.Listing.class, ShowLettersCommand.class, RedriveLettersCommand.class},
    footer = {"", "Example: ./orcaflow dlq ls && ./orcaflow dlq redrive problems --dry-run"})
public final class DlqCommand implements Runnable {

  private static final String ROW = "%-20s %-16s %-28s %8s %8s  %-24s %s";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The topic of that name, with or without {@code .dlq}; all that have dead letters if none. */
  static List<Topic<?>> topics(Optional<String> name) throws Failure.BadInput {
    List<Topic<?>> found = LetterTopics.named(name);
    if (found.isEmpty()) {
      throw new Failure.BadInput(
          "'%s' is no topic with dead letters; these are: %s"
              .formatted(
                  Printable.text(name.get()),
                  String.join(", ", Topics.withDeadLetters().stream().map(Topic::name).toList())));
    }
    return found;
  }

  /** What there is. */
  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = "Count the dead letters by topic, stage and kind of cause.",
      footer = {"", "Example: ./orcaflow dlq ls -o json"})
  static final class Listing implements Callable<Integer> {
    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (RunLocation.Reached reached = selection.reach();
          LetterTopics letters = new LetterTopics(reached.cluster())) {
        Cluster cluster = reached.cluster();
        List<LetterCount> counts = LetterCount.of(letters.committed(topics(Optional.empty())));
        output.rows(
            counts.isEmpty()
                ? "no dead letters"
                : ROW.formatted("TOPIC", "STAGE", "CAUSE", "OPEN", "REDRIVEN", "OLDEST", "NEWEST"),
            counts.stream().map(count -> count.row(cluster)).toList(),
            row -> row,
            row ->
                ROW.formatted(
                    row.topic(),
                    Printable.text(row.stage()),
                    Printable.text(row.cause()),
                    row.open(),
                    row.redriven(),
                    row.oldest(),
                    row.newest()));
      }
      return 0;
    }
  }
}
