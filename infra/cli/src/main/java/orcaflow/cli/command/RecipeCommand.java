package orcaflow.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recipes, which say what a run does. */
@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    description = "Recipes: the shipped ones, their text, and whether one of your own can be used.",
    subcommands = {
      RecipeCommand.Listing.class,
      RecipeCommand.Show.class,
      RecipeCommand.Check.class
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow recipe show orca-math > mine.yaml",
      "  ./orcaflow recipe check mine.yaml && ./orcaflow run --recipe mine.yaml"
    })
public final class RecipeCommand implements Runnable {

  private static final String ROW = "%-18s %-24s %s";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** A recipe with a labelling that is there and can be used. */
  static RecipeFile read(String nameOrFile) throws Failure.BadInput {
    RecipeFile file = RecipeFile.read(nameOrFile, System.getenv());
    try {
      labelling(file.recipe());
    } catch (IllegalArgumentException | ConfigFile.BadConfig e) {
      throw new Failure.BadInput(
          "recipe '%s': labelling: %s".formatted(Printable.text(nameOrFile), e.getMessage()), e);
    }
    return file;
  }

  private static Labelling labelling(Recipe recipe) {
    return Labelling.of(recipe.labelling());
  }

  /** What an iteration does, in a few words. */
  private static String words(IterationSpec iteration) {
    return "%s %s %d steps of %d"
        .formatted(iteration.name(), iteration.algorithm(), iteration.steps(), iteration.batch());
  }

  private static List<String> iterations(Recipe recipe) {
    List<String> words = new ArrayList<>();
    recipe.iterations().forEach(iteration -> words.add(words(iteration)));
    recipe.continuous().ifPresent(iteration -> words.add("again and again " + words(iteration)));
    return words;
  }

  private static Map<String, Object> facts(RecipeFile file) {
    Recipe recipe = file.recipe();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", file.id());
    facts.put("name", recipe.name());
    facts.put("labelling", labelling(recipe).name());
    facts.put("labellingId", labelling(recipe).id());
    facts.put("iterations", recipe.iterations().stream().map(RecipeCommand::facts).toList());
    facts.put("continuous", recipe.continuous().map(RecipeCommand::facts));
    facts.put("gate", recipe.gate().isPresent());
    return facts;
  }

  private static Map<String, Object> facts(IterationSpec iteration) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", iteration.name());
    facts.put("algorithm", iteration.algorithm());
    facts.put("steps", iteration.steps());
    facts.put("batch", iteration.batch());
    facts.put("learningRate", iteration.learningRate());
    return facts;
  }

  /** The shipped ones. */
  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = "List the shipped recipes.",
      footer = {"", "Example: ./orcaflow recipe ls"})
  static final class Listing implements Callable<Integer> {

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      List<RecipeFile> files = new ArrayList<>();
      for (String name : RecipeFile.SHIPPED.split(", ")) {
        files.add(read(name));
      }
      output.rows(
          ROW.formatted("RECIPE", "LABELLING", "ITERATIONS"),
          files,
          RecipeCommand::facts,
          Listing::row);
      return 0;
    }

    private static String row(RecipeFile file) {
      Recipe recipe = file.recipe();
      return ROW.formatted(
          recipe.name(), labelling(recipe).name(), String.join("; ", iterations(recipe)));
    }
  }

  /** The text of one. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Print the text of a recipe, with its comments.",
        "Copy a shipped one to a file to change it."
      },
      footer = {"", "Example: ./orcaflow recipe show continuous"})
  static final class Show implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "A shipped recipe or a file.")
    private String recipe;

    @Override
    public Integer call() throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      read(recipe).text().lines().map(Printable::text).forEach(out::println);
      out.flush();
      return 0;
    }
  }

  /** Whether one can be used. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Read a recipe as a run would, and say what it does. Starts nothing.",
        "Exit status: 0 it can be used, 2 it cannot, with file, key and value."
      },
      footer = {"", "Example: ./orcaflow recipe check mine.yaml"})
  static final class Check implements Callable<Integer> {

    @Mixin private Output output;

    @Parameters(paramLabel = "RECIPE", description = "A file, or a shipped recipe.")
    private String recipe;

    @Override
    public Integer call() throws JsonProcessingException, Failure.BadInput {
      RecipeFile file = read(recipe);
      output.line(facts(file), text(file));
      return 0;
    }

    private static String text(RecipeFile file) {
      Recipe recipe = file.recipe();
      Optional<String> gate = recipe.gate().map(spec -> ", with a gate");
      return "%s: labelling %s%s%n%s"
          .formatted(
              file.id(),
              labelling(recipe).name(),
              gate.orElse(""),
              String.join(System.lineSeparator(), iterations(recipe)));
    }
  }
}
