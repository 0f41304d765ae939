package orcaflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.EndpointConfig;
import orcaflow.agents.model.Amount;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.run.GivenStudent;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.Teacher;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.schemas.recipe.StudentSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run} and {@code up} share: the folder, the recipe, the teacher. */
final class RunOptions {

  @Option(
      names = "--dir",
      defaultValue = "orcaflow-data",
      description = "Folder of the run (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Option(
      names = "--run",
      defaultValue = "main",
      description = "Name of the run, the prefix of its topics (default: ${DEFAULT-VALUE}).")
  private String run;

  @Option(
      names = "--recipe",
      description =
          "A shipped recipe ("
              + BundledFiles.RECIPES
              + ") or a YAML file (default: orca-math, and short with --seeds, as orca-math is sized for the shipped problems).")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--student",
      paramLabel = "DIR",
      description =
          "Begin with the model in this folder instead of the recipe's student: config.json, weights and tokenizer as Hugging Face keeps them (Llama and Mistral family). It is evaluated as 'base'.")
  private Optional<Path> student = Optional.empty();

  @Option(
      names = "--seeds",
      description =
          "Seed problems, JSONL or JSONL.gz: question, answer?, solution?, id?, source? (default: the shipped ones).")
  private Optional<Path> seeds = Optional.empty();

  @Option(names = "--limit", description = "Take the first N rows of the seed file.")
  private Optional<Long> limit = Optional.empty();

  @Option(
      names = "--teacher",
      defaultValue = "scripted",
      description =
          "scripted: the built-in solver; gold: the rows' own solutions, no model; or the URL of an OpenAI-compatible endpoint (key in ORCAFLOW_API_KEY) (default: ${DEFAULT-VALUE}).")
  private String teacher;

  @Option(names = "--model", description = "Model to ask for at the teacher's URL.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--no-preflight",
      description = "Do not ask the teacher's URL one question before anything starts.")
  private boolean noPreflight;

  @Option(
      names = "--prices",
      paramLabel = "PROMPT/COMPLETION[/CACHED]",
      description =
          "What 10^6 tokens cost at the teacher's URL, for example 2.5/10 or 2.5/10/1.25.")
  private Optional<String> prices = Optional.empty();

  @Option(
      names = "--budget",
      paramLabel = "AMOUNT",
      description =
          "What the run may spend at the teacher's URL, for example 25USD (with --prices) or"
              + " 2000000tokens. Then its stages wait; 'budget raise' lets them go on.")
  private Optional<String> budget = Optional.empty();

  @Mixin private HeldOutBenchmark benchmark;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of a new run's topics (default: ${DEFAULT-VALUE}).")
  private int partitions;

  /** Checks everything that can be checked before anything starts. */
  RunPlan plan(long openAfterRows) throws IOException, Failure.BadInput {
    Files.createDirectories(dir);
    Path folder = dir.toRealPath();
    Teacher who = teacher();
    String name = recipe.orElse(seeds.isPresent() ? "short" : "orca-math");
    RecipeFile asRead = RecipeFile.parse(name, BundledFiles.recipe(name), System.getenv());
    Recipe read = beginning(name, asRead.recipe());
    if (partitions < 1 || partitions > 1000) {
      throw new Failure.BadInput("--partitions is %d: give 1 to 1000".formatted(partitions));
    }
    if (limit.isPresent() && limit.get() < 1) {
      throw new Failure.BadInput("--limit is %d: give 1 or more".formatted(limit.get()));
    }
    if (who instanceof Teacher.Endpoint && model.isEmpty()) {
      throw new Failure.BadInput(
          "--teacher %s needs --model: the model to ask for there".formatted(who));
    }
    Optional<GivenStudent> given = given(name, read);
    RecipeFile file = given.map(model -> asRead.withStudent(model.hash())).orElse(asRead);
    return new RunPlan(
        folder,
        run,
        file.with(who instanceof Teacher.Gold ? withoutExpansion(read) : read),
        given,
        seeds.isPresent()
            ? readable(seeds.get(), "--seeds")
            : BundledFiles.unpack(BundledFiles.SEEDS, folder),
        limit.map(OptionalLong::of).orElse(OptionalLong.empty()),
        who,
        model,
        benchmark.file(folder),
        partitions,
        openAfterRows,
        !noPreflight,
        spending());
  }

  private RunPlan.Spending spending() throws Failure.BadInput {
    try {
      Optional<EndpointConfig.Cost> cost = prices.map(RunOptions::cost);
      if (budget.map(Amount::parse).filter(amount -> !amount.inTokens()).isPresent()
          && cost.isEmpty()) {
        throw new Failure.BadInput(
            "--budget %s needs --prices: without them nothing costs anything"
                .formatted(budget.get()));
      }
      return new RunPlan.Spending(budget, cost);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }

  private static EndpointConfig.Cost cost(String prices) {
    if (!prices.matches("\\d+(\\.\\d+)?(/\\d+(\\.\\d+)?){1,2}")) {
      throw new IllegalArgumentException(
          "prices is '%s': give PROMPT/COMPLETION or PROMPT/COMPLETION/CACHED of 10^6 tokens"
              .formatted(prices));
    }
    String[] parts = prices.split("/");
    return new EndpointConfig.Cost(
        Double.parseDouble(parts[0]),
        Double.parseDouble(parts[1]),
        parts.length > 2 ? Optional.of(Double.parseDouble(parts[2])) : Optional.empty(),
        Optional.empty());
  }

  /** The recipe with the student of the command line. */
  private Recipe beginning(String name, Recipe read) throws Failure.BadInput {
    if (student.isPresent()) {
      return read.beginningWith(new StudentSpec.Folder(student.get().toString()));
    }
    IterationSpec first = read.iterations().get(0);
    if (first.fromRollouts() && read.student() instanceof StudentSpec.Shape) {
      throw new Failure.BadInput(
          "%s: iterations.[0] is %s with share %s, and a fresh student has no rollouts to learn from: begin with a model (--student, or student.folder), or with sft without a share"
              .formatted(name, first.algorithm(), first.share().orElseThrow()));
    }
    return read;
  }

  private Optional<GivenStudent> given(String recipeName, Recipe read) throws Failure.BadInput {
    try {
      return GivenStudent.of(read);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      String who = student.isPresent() ? "--student" : recipeName + ": student.folder";
      throw new Failure.BadInput(who + ": " + e.getMessage(), e);
    }
  }

  private Teacher teacher() throws Failure.BadInput {
    try {
      return Teacher.of(teacher);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }

  /** Gold rows bring their solutions along; there is no model to expand them. */
  private static Recipe withoutExpansion(Recipe recipe) {
    return new Recipe(
        recipe.name(),
        recipe.seed(),
        new ExpansionRule(0, 0),
        recipe.student(),
        recipe.rollouts(),
        recipe.evaluation(),
        recipe.labelling(),
        recipe.iterations());
  }

  static Path readable(Path file, String option) throws Failure.BadInput, IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Failure.BadInput("%s %s: there is no such file to read".formatted(option, file));
    }
    return file.toRealPath();
  }
}
