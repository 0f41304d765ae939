package orcaflow.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.SeedSurvey;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Files of problems, looked at without a run. */
@Command(
    name = "seeds",
    mixinStandardHelpOptions = true,
    description = "Files of problems, before they are seeds.",
    subcommands = SeedsCommand.Check.class,
    footer = {"", "Example: ./orcaflow seeds check problems.csv"})
public final class SeedsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What is in a file. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Say which form a file or folder of problems has, what its rows bring, and which are bad.",
        "Nothing is started. Status 0: all rows can be used; 1: some cannot; 2: none can."
      },
      footer = {
        "",
        "Examples:",
        "  ./orcaflow seeds check problems.csv",
        "  ./orcaflow seeds check data --columns question=problem,answer=final -o json"
      })
  static final class Check implements Callable<Integer> {

    @Mixin private ColumnsOption columns;
    @Mixin private Output output;

    @Parameters(paramLabel = "FILE", description = "File of problems, or a folder of them.")
    private Path file;

    @Option(names = "--limit", description = "Look at the first N rows.")
    private Optional<Long> limit = Optional.empty();

    @Override
    public Integer call() throws Exception {
      SeedInput input = columns.of(file, "");
      SeedSurvey survey =
          SeedSurvey.of(input, limit.map(OptionalLong::of).orElse(OptionalLong.empty()));
      output.block(survey, text(input, survey));
      return survey.usable() == 0 ? 2 : survey.bad() == 0 ? 0 : 1;
    }

    private static String text(SeedInput input, SeedSurvey survey) {
      StringBuilder text = new StringBuilder(SeedRowsCheck.sentence(input, survey));
      text.append(
          "%n%,d with a solution and an answer, %,d with an answer alone, %,d without an answer"
              .formatted(survey.worked(), survey.answered(), survey.open()));
      survey
          .firstBad()
          .forEach(row -> text.append("%n  bad row %s".formatted(Printable.text(row))));
      long more = survey.bad() - survey.firstBad().size();
      return more > 0
          ? text.append("%n  and %,d more".formatted(more)).toString()
          : text.toString();
    }
  }
}
