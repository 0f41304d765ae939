package orcaflow.schemas;

import java.nio.file.Path;

/** Files of the repository that tests keep in step with the code. */
public final class Repository {

  private Repository() {}

  public static Path file(String path) {
    return Path.of(System.getProperty("orcaflow.root", "..")).resolve(path);
  }
}
