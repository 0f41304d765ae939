package orcaflow.cli.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;

/**
 * The settings that a run was started with, as far as they are committed.
 *
 * @param entries oldest first
 */
public record RunLog(List<RunLogEntry> entries) {

  public RunLog {
    entries = List.copyOf(entries);
  }

  /**
   * Reads it; a run that has no such topic has no entries. A record that is no entry is left out,
   * as {@link AccountingReader} names it.
   */
  public static RunLog of(Cluster cluster) {
    return new RunLog(CommittedTopic.readable(cluster, Topics.RUN_LOG, record -> {}));
  }

  /** The recipe that the run was started with last. */
  public Optional<RunLogEntry> recipe() {
    return last("recipe");
  }

  /**
   * The same as it was read then, under the labelling that the run was started with.
   *
   * @param environment which may override values, as everywhere
   */
  public Optional<Recipe> readRecipe(Map<String, String> environment) {
    Optional<Recipe> read =
        recipe()
            .map(entry -> RecipeFile.parse(entry.getName(), entry.getText(), environment).recipe());
    return read.map(
        recipe -> last("labelling").map(RunLog::labelling).map(recipe::labelled).orElse(recipe));
  }

  /** What the log says of the labelling of a run. */
  public static RunLogEntry entry(LabellingSource source) {
    Labelling labelling = Labelling.of(source);
    String text = source.text().orElseGet(() -> Labelling.text(labelling.name()));
    return RunControl.entry("labelling", labelling.name(), text, labelling.id());
  }

  private static LabellingSource labelling(RunLogEntry entry) {
    return Labelling.SHIPPED.contains(entry.getName())
        ? LabellingSource.of(entry.getName())
        : new LabellingSource(entry.getName(), Optional.of(entry.getText()));
  }

  private Optional<RunLogEntry> last(String kind) {
    return entries.stream()
        .filter(entry -> entry.getKind().equals(kind))
        .reduce((older, newer) -> newer);
  }

  boolean has(RunLogEntry entry) {
    return entries.stream().anyMatch(there -> there.getId().equals(entry.getId()));
  }
}
