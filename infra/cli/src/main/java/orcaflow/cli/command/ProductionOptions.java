package orcaflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.EndpointConfig;
import orcaflow.agents.model.Amount;
import orcaflow.agents.seed.SeedInput;
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

/** What a run is made of: the recipe, the student, the seeds, the teacher. */
final class ProductionOptions {

  @Option(
      names = "--recipe",
      description =
          "A shipped recipe ("
              + RecipeFile.SHIPPED
              + ") or a YAML file (default: orca-math, and short with --seeds, as orca-math is sized for the shipped problems; continuous for up with --source).")
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
          "Seed problems: JSON Lines, a JSON array, CSV, TSV, XML or Parquet, also gzipped or with"
              + " zstd, or a folder of them (default: the shipped ones; docs/inputs.md).")
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

  @Mixin private ColumnsOption columns;
  @Mixin private HeldOutBenchmark benchmark;

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      description =
          "Questions for the gate of a recipe that has one, in no benchmark (default: shipped ones).")
  private Optional<Path> validation = Optional.empty();

  /**
   * Where a run lives.
   *
   * @param openAfterRows see {@link RunPlan}
   * @param endless whether problems come without an end
   */
  record Place(Path dir, String run, int partitions, long openAfterRows, boolean endless) {}

  /** Checks everything that can be checked before anything starts. */
  RunPlan plan(Place place, Optional<String> budget) throws IOException, Failure.BadInput {
    Files.createDirectories(place.dir());
    Path folder = place.dir().toRealPath();
    Teacher who = teacher();
    String name = recipe.orElseGet(() -> usualRecipe(place));
    RecipeFile asRead = RecipeCommand.read(name);
    Recipe whole = beginning(name, asRead.recipe());
    // Where the trainer opens no iterations by itself, those of the recipe are all there are.
    Recipe read = place.openAfterRows() > 0 ? whole : whole.ending();
    if (validation.isPresent() && read.gate().isEmpty()) {
      throw new Failure.BadInput(
          "--validation %s: the recipe '%s' has no gate that would use it"
              .formatted(validation.get(), read.name()));
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
        place.run(),
        // Gold rows bring their solutions along; there is no model to expand them.
        file.with(who instanceof Teacher.Gold ? read.expanding(new ExpansionRule(0, 0)) : read),
        given,
        seeds.isPresent()
            ? columns.of(seeds.get(), "--seeds")
            : SeedInput.of(BundledFiles.unpack(BundledFiles.SEEDS, folder)),
        limit.map(OptionalLong::of).orElse(OptionalLong.empty()),
        who,
        model,
        benchmark.file(folder),
        read.gate().isPresent() ? Optional.of(validation(folder)) : Optional.empty(),
        place.partitions(),
        place.openAfterRows(),
        !noPreflight,
        spending(budget),
        RunPlan.StartOptions.USUAL);
  }

  private String usualRecipe(Place place) {
    if (place.endless()) {
      return "continuous";
    }
    return seeds.isPresent() ? "short" : "orca-math";
  }

  /** The file given, or the shipped questions unpacked beside the run. */
  private Path validation(Path dir) throws Failure.BadInput, IOException {
    return validation.isPresent()
        ? readable(validation.get(), "--validation")
        : BundledFiles.unpack(BundledFiles.VALIDATION, dir);
  }

  private RunPlan.Spending spending(Optional<String> budget) throws Failure.BadInput {
    try {
      Optional<EndpointConfig.Cost> cost = prices.map(ProductionOptions::cost);
      if (budget.map(Amount::parse).filter(amount -> !amount.inTokens()).isPresent()
          && cost.isEmpty()) {
        throw new Failure.BadInput(
            "%s can be spent only with --prices: without them nothing costs anything"
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

  /** Whether the seeds are the user's own. */
  boolean ownSeeds() {
    return seeds.isPresent();
  }

  /** Whether a benchmark is given. */
  boolean ownBenchmark() {
    return benchmark.given();
  }

  /** Whether the teacher has a price. */
  boolean priced() {
    return prices.isPresent();
  }

  /** Who solves and expands. */
  Teacher teacher() throws Failure.BadInput {
    try {
      return Teacher.of(teacher);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }

  static Path readable(Path file, String option) throws Failure.BadInput, IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Failure.BadInput("%s %s: there is no such file to read".formatted(option, file));
    }
    return file.toRealPath();
  }
}
