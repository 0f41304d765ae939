package orcaflow.schemas;

import java.nio.file.Path;

/** Files of the repository that tests keep in step with the code. */
final class Repository {

  private Repository() {}

  static Path file(String path) {
    return Path.of(System.getProperty("orcaflow.root", "..")).resolve(path);
  }
}
