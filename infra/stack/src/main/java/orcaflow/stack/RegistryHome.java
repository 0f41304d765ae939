package orcaflow.stack;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the unpacked registry lies: its runner jar. */
final class RegistryHome {

  static final String PROPERTY = "orcaflow.registry.home";
  private static final Path IN_REPOSITORY = Path.of("infra", "stack", "target", "apicurio");

  private RegistryHome() {}

  /** The runner jar: in the folder the system property names, else in the repository's build. */
  static Path runner() {
    return runner(Optional.ofNullable(System.getProperty(PROPERTY)), ownCode());
  }

  static Path runner(Optional<String> home, Path code) {
    if (home.isPresent()) {
      return runnerIn(Path.of(home.get()))
          .orElseThrow(
              () ->
                  new StackException(
                      "%s is %s, but there is no apicurio-registry-app-*-runner.jar in it"
                          .formatted(PROPERTY, home.get())));
    }
    for (Path up = code.toAbsolutePath(); up != null; up = up.getParent()) {
      Optional<Path> runner = runnerIn(up.resolve(IN_REPOSITORY));
      if (runner.isPresent()) {
        return runner.get();
      }
    }
    throw new StackException(
        "the schema registry is not unpacked: no %s above %s; build the module infra/stack, or set -D%s"
            .formatted(IN_REPOSITORY, code, PROPERTY));
  }

  /** The jar or folder this class came from. */
  static Path ownCode() {
    try {
      return Path.of(
          RegistryHome.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new StackException(
          "cannot tell where orcaflow's own classes lie: " + e.getMessage(), e);
    }
  }

  private static Optional<Path> runnerIn(Path home) {
    if (!Files.isDirectory(home)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(home, "apicurio-registry-app-*-runner.jar")) {
      for (Path jar : jars) {
        return Optional.of(jar);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new StackException("cannot look into %s: %s".formatted(home, e), e);
    }
  }
}
