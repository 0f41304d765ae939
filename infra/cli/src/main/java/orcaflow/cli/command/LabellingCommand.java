package orcaflow.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.streams.close.ClassRows;
import orcaflow.streams.pair.Labelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Labellings, which say what rows graded rollouts give. */
@Command(
    name = "labelling",
    mixinStandardHelpOptions = true,
    description = {
      "Labellings: the shipped ones, their text, and whether one of your own can be used.",
      "A labelling says which rows of training data the rollouts of a problem give."
    },
    subcommands = {
      LabellingCommand.Listing.class,
      LabellingCommand.Show.class,
      LabellingCommand.Check.class
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow labelling show paper > mine.yaml",
      "  ./orcaflow labelling check mine.yaml",
      "then: ./orcaflow replay --from main --to exp-a --labelling mine.yaml"
    })
public final class LabellingCommand implements Runnable {

  private static final String ROW = "%-22s %-21s %-8s %-28s %-11s %4s  %-16s %-7s %s";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** A shipped one by its name, or a file; a relative path is one of the working folder. */
  static LabellingSource source(String nameOrFile) throws Failure.BadInput {
    LabellingSource source = LabellingSource.of(nameOrFile);
    if (!source.isFile() && !Labelling.SHIPPED.contains(nameOrFile)) {
      throw new Failure.BadInput(
          "labelling '%s' is neither a shipped one (%s) nor a path of a YAML file"
              .formatted(Printable.text(nameOrFile), String.join(", ", Labelling.SHIPPED)));
    }
    return source.readIn(Path.of(""));
  }

  /** The values as a file has them, and the id that rows carry. */
  private static Map<String, Object> facts(Labelling labelling) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", labelling.id());
    facts.put("name", labelling.name());
    facts.put("positives", labelling.positives());
    facts.put("syntheticNegatives", labelling.syntheticNegatives());
    facts.put("kto", labelling.kto());
    facts.put("pairing", labelling.pairing());
    facts.put("cap", labelling.cap());
    facts.put("flagTeacher", labelling.flagTeacher());
    facts.put("demonstrations", labelling.demonstrations());
    facts.put("solved", labelling.solved());
    return facts;
  }

  /** The shipped ones. */
  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = "List the shipped labellings with their values.",
      footer = {"", "Example: ./orcaflow labelling ls"})
  static final class Listing implements Callable<Integer> {

    @Mixin private Output output;

    @Override
    public Integer call() throws JsonProcessingException {
      output.rows(
          ROW.formatted(
              "LABELLING",
              "POSITIVES",
              "BORROWS",
              "KTO",
              "PAIRING",
              "CAP",
              "DEMONSTRATIONS",
              "SOLVED",
              "FLAGS TEACHER"),
          Labelling.SHIPPED.stream().map(Labelling::named).toList(),
          LabellingCommand::facts,
          Listing::row);
      return 0;
    }

    private static String row(Labelling labelling) {
      return ROW.formatted(
          labelling.name(),
          Output.word(labelling.positives()),
          labelling.borrows() ? "yes" : "no",
          Output.word(labelling.kto()),
          Output.word(labelling.pairing()),
          labelling.cap(),
          Output.word(labelling.demonstrations()),
          Output.word(labelling.solved()),
          labelling.flagTeacher() ? "yes" : "no");
    }
  }

  /** The text of one. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Print the text of a labelling, with its comments.",
        "Copy a shipped one to a file to change it."
      },
      footer = {"", "Example: ./orcaflow labelling show paper"})
  static final class Show implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "LABELLING", description = "A shipped labelling or a file.")
    private String labelling;

    @Override
    public Integer call() throws Failure.BadInput {
      LabellingSource source = source(labelling);
      PrintWriter out = spec.commandLine().getOut();
      source
          .text()
          .orElseGet(() -> Labelling.text(source.name()))
          .lines()
          .map(Printable::text)
          .forEach(out::println);
      out.flush();
      return 0;
    }
  }

  /** Whether one can be used. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Read a labelling as a run would, and say which rows it gives. Starts nothing.",
        "Exit status: 0 it can be used, 2 it cannot, with file, key and value."
      },
      footer = {"", "Example: ./orcaflow labelling check mine.yaml"})
  static final class Check implements Callable<Integer> {

    private static final int SAMPLES = 4;
    private static final String CLASS = "%5s %10s %12s %6s %15s";

    @Mixin private Output output;

    @Parameters(paramLabel = "LABELLING", description = "A file, or a shipped labelling.")
    private String labelling;

    @Override
    public Integer call() throws JsonProcessingException, Failure.BadInput {
      Labelling read = Labelling.of(source(labelling));
      List<ClassRows> classes = ClassRows.of(read, SAMPLES);
      Map<String, Object> facts = facts(read);
      facts.put("rowsByRight", classes);
      output.block(facts, text(read, classes));
      return 0;
    }

    private static String text(Labelling labelling, List<ClassRows> classes) {
      StringBuilder text =
          new StringBuilder(
              "%s can be used. Rows of a problem with %d rollouts:%n"
                  .formatted(labelling.id(), SAMPLES));
      text.append(CLASS.formatted("RIGHT", "DESIRABLE", "UNDESIRABLE", "PAIRS", "DEMONSTRATIONS"));
      for (ClassRows rows : classes) {
        text.append(System.lineSeparator())
            .append(
                CLASS.formatted(
                    rows.right(),
                    rows.desirable(),
                    rows.undesirable(),
                    rows.pairs(),
                    rows.demonstrations()));
      }
      return text.toString();
    }
  }
}
