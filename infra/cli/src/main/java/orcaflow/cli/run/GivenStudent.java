package orcaflow.cli.run;

import java.nio.file.Path;
import java.util.Optional;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.model.StudentFolder;

/**
 * The model that a run begins with, read once before anything starts.
 *
 * @param hash of config, weights and tokenizer
 */
public record GivenStudent(Path folder, String hash) {

  /**
   * The student of a recipe, if it is not a fresh one.
   *
   * @throws IllegalArgumentException in one sentence, if the folder cannot be used
   */
  public static Optional<GivenStudent> of(Recipe recipe) {
    if (!(recipe.student() instanceof StudentSpec.Folder given)) {
      return Optional.empty();
    }
    Path folder = given.path().toAbsolutePath().normalize();
    return Optional.of(new GivenStudent(folder, StudentFolder.load(folder).hash()));
  }

  /** {@code name@hash}, as files of a run are named. */
  String id() {
    return Ids.named(folder.getFileName().toString(), hash);
  }
}
