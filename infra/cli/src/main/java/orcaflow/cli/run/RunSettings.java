package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.service.AtomicFile;

/**
 * What a run was started with. Kept in its folder, so that the same command continues it and
 * another command is refused instead of mixing two runs.
 *
 * @param student folder name@hash of the model it begins with; none for a fresh one
 * @param labelling name@hash; none in the folder of an older version
 * @param recipe name@hash
 * @param seeds file name@hash
 * @param teacher scripted, gold or an URL
 * @param benchmark file name@hash
 */
public record RunSettings(
    String run,
    Optional<String> student,
    Optional<String> labelling,
    String recipe,
    String seeds,
    OptionalLong limit,
    String teacher,
    String benchmark) {

  /** A folder that belongs to a run with other settings. */
  public static final class OtherRun extends Exception {
    private static final long serialVersionUID = 1L;

    OtherRun(Path file, String key, Object there, Object here) {
      super(
          "%s: %s is '%s', and this command says '%s': use another --dir, or the command the run was started with"
              .formatted(file, key, there, here));
    }
  }

  /**
   * Writes the settings into a new folder, or compares them with those of the run that lives there.
   */
  void claim(Path file) throws IOException, OtherRun {
    Optional<RunSettings> there = read(file);
    if (there.isEmpty()) {
      AtomicFile.write(file, Report.JSON.writeValueAsString(this) + "\n");
      return;
    }
    compare(file, "run", there.get().run, run);
    compare(file, "student", there.get().student, student);
    if (there.get().labelling.isPresent()) {
      compare(file, "labelling", there.get().labelling, labelling);
    }
    compare(file, "recipe", there.get().recipe, recipe);
    compare(file, "seeds", there.get().seeds, seeds);
    compare(file, "limit", there.get().limit, limit);
    compare(file, "teacher", there.get().teacher, teacher);
    compare(file, "benchmark", there.get().benchmark, benchmark);
  }

  /** The settings in that file, if it is there. */
  public static Optional<RunSettings> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Report.JSON.readValue(file.toFile(), RunSettings.class))
        : Optional.empty();
  }

  private static void compare(Path file, String key, Object there, Object here) throws OtherRun {
    if (!there.equals(here)) {
      throw new OtherRun(file, key, plain(there), plain(here));
    }
  }

  private static Object plain(Object value) {
    if (value instanceof OptionalLong number) {
      return number.isPresent() ? number.getAsLong() : "none";
    }
    return value instanceof Optional<?> one ? one.map(Object::toString).orElse("none") : value;
  }
}
