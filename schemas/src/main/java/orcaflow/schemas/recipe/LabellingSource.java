package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;

/**
 * Where a labelling is from: a shipped one has a name, one of the user's own is in a YAML file. The
 * text of a file is kept, so that a run has the labelling that it was started with.
 *
 * @param name name of a shipped labelling, or a path
 * @param text of the file; none for a shipped one, and for a file that was not read yet
 */
public record LabellingSource(String name, Optional<String> text) {

  public LabellingSource {
    require(
        name != null && !name.isBlank(), "labelling", name, "a shipped labelling or a YAML file");
  }

  /** What a recipe or a command line says: a path has a '/' or ends as YAML files do. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static LabellingSource of(String nameOrFile) {
    return new LabellingSource(nameOrFile, Optional.empty());
  }

  /** Whether it is a file. */
  public boolean isFile() {
    return text.isPresent() || name.matches(".*(/.*|\\.ya?ml)");
  }

  /**
   * The same with its text, where it is a file that was not read yet.
   *
   * @param folder where a relative path begins
   * @throws ConfigFile.BadConfig if the file is not there or cannot be read
   */
  public LabellingSource readIn(Path folder) {
    if (!isFile() || text.isPresent()) {
      return this;
    }
    Path file = folder.resolve(name).toAbsolutePath().normalize();
    return new LabellingSource(file.toString(), Optional.of(ConfigFile.text(file)));
  }

  /** The shipped name, or the hash of the text: it does not depend on where a file lies. */
  @Override
  public String toString() {
    return text.map(Ids::contentHash).map(hash -> "file@" + hash).orElse(name);
  }
}
