package orcaflow.cli.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;

/**
 * Everything a replay needs to know, settled before anything starts.
 *
 * @param from run and part of its history, as written on the command line
 * @param to the run that takes the rows, the training and the policies
 * @param versions folder of dataset versions
 * @param dir folder of this replay: checkpoints, policies, report
 * @param labelling the rule to label by, which {@code recipe} names
 * @param recipe its iterations after the checkpoint's are trained; its labelling is {@code
 *     labelling}
 * @param recipeId name@hash
 * @param fromPolicy name or version of a policy of the source, a policy folder, or {@value #FRESH}
 * @param benchmark JSONL file of held-out problems
 * @param regrade whether the verdicts are those of this build's rules, not the stored ones
 */
public record ReplayPlan(
    HistorySelector from,
    String fromText,
    String to,
    Path versions,
    Path dir,
    Labelling labelling,
    Recipe recipe,
    String recipeText,
    String recipeId,
    String fromPolicy,
    Path benchmark,
    boolean regrade) {

  /** No checkpoint: the recipe from its first iteration. */
  public static final String FRESH = "fresh";

  public ReplayPlan {
    if (!to.matches("[A-Za-z0-9_-]{1,60}")) {
      throw new IllegalArgumentException(
          "--to is '%s': use 1 to 60 letters, digits, '-' and '_'".formatted(to));
    }
  }

  /**
   * A plan from what a person writes.
   *
   * @param home folder of the run; the replay gets {@code replays/<to>} in it
   * @param labelling a shipped labelling or a file; the recipe's own where there is none
   * @param recipe a shipped recipe or a file
   * @throws BadReplay if a name stands for nothing
   */
  public static ReplayPlan of(
      Path home,
      String from,
      String to,
      Optional<String> labelling,
      String recipe,
      String fromPolicy,
      Path benchmark)
      throws BadReplay, IOException {
    RecipeFile file = RecipeFile.read(recipe, System.getenv());
    Recipe read = file.recipe();
    try {
      LabellingSource source =
          labelling
              .map(LabellingSource::of)
              .map(own -> own.readIn(Path.of("")))
              .orElse(read.labelling());
      return new ReplayPlan(
          HistorySelector.parse(from),
          from,
          to,
          home.resolve("datasets"),
          home.resolve("replays").resolve(to),
          Labelling.of(source),
          read.labelled(source),
          file.text(),
          file.id(),
          fromPolicy,
          benchmark,
          false);
    } catch (IllegalArgumentException e) {
      throw new BadReplay(e.getMessage(), e);
    }
  }

  /** The same with verdicts of this build's rules, or with the stored ones. */
  public ReplayPlan regrading(boolean wanted) {
    return new ReplayPlan(
        from,
        fromText,
        to,
        versions,
        dir,
        labelling,
        recipe,
        recipeText,
        recipeId,
        fromPolicy,
        benchmark,
        wanted);
  }

  Verdicts verdicts() {
    return regrade ? Verdicts.regraded() : Verdicts.stored();
  }

  /** Folder of the run whose history it is: one beside this one where that is a replay, too. */
  Path source() {
    Path replay = dir.resolveSibling(from.run());
    return Files.isDirectory(replay) ? replay : versions.resolveSibling("");
  }

  RecipeFile recipeFile() {
    return new RecipeFile(recipe, recipeText, recipeId);
  }

  Path report() {
    return dir.resolve("report.json");
  }
}
