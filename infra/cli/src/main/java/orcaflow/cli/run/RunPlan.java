package orcaflow.cli.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import orcaflow.agents.EndpointConfig;
import orcaflow.agents.seed.SeedInput;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;
import orcaflow.trainer.torch.TorchDevice;

/**
 * Everything a run needs to know, settled before anything starts.
 *
 * @param dir folder of the run: broker, registry, checkpoints, policies, report
 * @param run name of the run, prefix of its topics
 * @param recipeFile the recipe with its id, which is that of a given student, too
 * @param student the model that the run begins with; none for a fresh student
 * @param seeds the seed problems
 * @param limit rows of them to take
 * @param model model to ask for at an endpoint of the user's own
 * @param benchmark JSONL file of held-out problems
 * @param validation questions for the gate of a recipe that has one
 * @param openAfterRows rows after which the trainer opens the next iteration by itself; 0 where the
 *     front door opens them
 * @param spending prices and budget of the teacher's endpoint
 * @param preflight whether the teacher's endpoint is asked once before anything starts
 * @param start what may be another one at each start
 */
public record RunPlan(
    Path dir,
    String run,
    RecipeFile recipeFile,
    Optional<GivenStudent> student,
    SeedInput seeds,
    OptionalLong limit,
    Teacher teacher,
    Optional<String> model,
    Path benchmark,
    Optional<Path> validation,
    int partitions,
    long openAfterRows,
    boolean preflight,
    Spending spending,
    StartOptions start) {

  /**
   * What the models may cost.
   *
   * @param budget what the run may spend, as an amount
   * @param prices of the teacher's endpoint
   */
  public record Spending(Optional<String> budget, Optional<EndpointConfig.Cost> prices) {
    public static final Spending NONE = new Spending(Optional.empty(), Optional.empty());
  }

  /**
   * What may be another one at each start of a run.
   *
   * @param cloudEvents whether records have the headers of CloudEvents
   * @param otlp where spans are sent
   * @param device on what the student computes
   */
  public record StartOptions(boolean cloudEvents, Optional<URI> otlp, String device) {
    public static final StartOptions USUAL =
        new StartOptions(false, Optional.empty(), TorchDevice.CPU);
  }

  /** The same with other options of its start. */
  public RunPlan with(StartOptions other) {
    return with(recipeFile, seeds, limit, benchmark, other);
  }

  /**
   * The same with a recipe that is made of it, whose id is another one.
   *
   * @param how what was made of the recipe
   */
  public RunPlan making(Recipe recipe, String how) {
    return with(
        new RecipeFile(recipe, recipeFile.text(), recipe.id(recipeId() + "\n" + how)),
        seeds,
        limit,
        benchmark);
  }

  /** The same with another recipe under the same id, and other rows of the file. */
  public RunPlan of(Recipe recipe, OptionalLong rows) {
    return with(recipeFile.with(recipe), seeds, rows, benchmark);
  }

  /** The same with questions of its seeds as the benchmark, and without the seeds like them. */
  public RunPlan holdingOut(Path questions, Set<String> problems) {
    return with(recipeFile, seeds.without(problems), limit, questions);
  }

  private RunPlan with(RecipeFile file, SeedInput input, OptionalLong rows, Path questions) {
    return with(file, input, rows, questions, start);
  }

  private RunPlan with(
      RecipeFile file, SeedInput input, OptionalLong rows, Path questions, StartOptions seen) {
    return new RunPlan(
        dir,
        run,
        file,
        student,
        input,
        rows,
        teacher,
        model,
        questions,
        validation,
        partitions,
        openAfterRows,
        preflight,
        spending,
        seen);
  }

  /** The files whose questions are not to be learnt. */
  List<Path> heldOut() {
    return Stream.concat(Stream.of(benchmark), validation.stream()).toList();
  }

  /** What the run is to do. */
  public Recipe recipe() {
    return recipeFile.recipe();
  }

  /** {@code name@hash}. */
  public String recipeId() {
    return recipeFile.id();
  }

  Path report() {
    return dir.resolve("report.json");
  }

  /** Takes the folder for this plan, or makes sure that it is this plan's already. */
  public void claim() throws IOException, RunSettings.OtherRun {
    new RunSettings(
            run,
            student.map(GivenStudent::id),
            Optional.of(Labelling.of(recipe().labelling()).id()),
            recipeId(),
            seeds.named(),
            limit,
            model.map(name -> teacher + " " + name).orElse(teacher.toString()),
            file(benchmark))
        .claim(dir.resolve("run.json"));
  }

  /** What the run log says of it. */
  public List<RunLogEntry> entries() throws IOException {
    Stream<RunLogEntry> always =
        Stream.of(
            RunControl.entry("recipe", recipe().name(), recipeFile.text(), recipeId()),
            RunLog.entry(recipe().labelling()),
            RunControl.entry("seeds", seeds.path().getFileName().toString(), "file", seeds.hash()),
            RunControl.entry(
                "benchmark",
                benchmark.getFileName().toString(),
                "file",
                BundledFiles.hash(benchmark)),
            RunControl.entry("config", "teacher", teacher.toString(), ""));
    Stream<RunLogEntry> given =
        student.stream()
            .map(
                model ->
                    RunControl.entry("config", "student", model.folder().toString(), model.hash()));
    return Stream.concat(always, given).toList();
  }

  private static String file(Path file) throws IOException {
    return Ids.named(file.getFileName().toString(), BundledFiles.hash(file));
  }
}
