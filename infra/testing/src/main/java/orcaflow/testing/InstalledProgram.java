package orcaflow.testing;

import java.io.File;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that this machine has. */
public final class InstalledProgram {

  private InstalledProgram() {}

  /** The first of these names that the path has. */
  public static Optional<File> find(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }
}
