package orcaflow.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orcaflow.service.AtomicFile;
import orcaflow.service.Folders;

/**
 * The registry's classes, loaded and verified once by the build and mapped into memory by every
 * start (class data sharing, JEP 350): 2.5 instead of 4.3 CPU-seconds until it is ready. A JVM that
 * finds another version of itself or of the jar in the archive continues without it.
 */
final class RegistryArchive {

  private static final String NAME = "registry.jsa";
  private static final long DUMP_SECONDS = 300;

  private RegistryArchive() {}

  /** The archive beside a runner jar, if the build made one. */
  static Optional<Path> beside(Path runner) {
    return Optional.of(runner.resolveSibling(NAME)).filter(Files::isRegularFile);
  }

  /**
   * Called by the build: starts the registry, lets it write down what it loaded, and ends it.
   *
   * @param args folder of the unpacked registry
   */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toAbsolutePath();
    Path runner = RegistryHome.runner(Optional.of(home.toString()), home);
    if (beside(runner).isPresent()) {
      return;
    }
    Path work = Files.createTempDirectory("orcaflow-registry");
    try {
      Path draft = home.resolve(NAME + ".partial");
      Path archive =
          Registry.onFreePorts(
              Ports::free,
              (port, managementPort) -> dump(runner, work, draft, port, managementPort));
      AtomicFile.move(archive, home.resolve(NAME));
    } finally {
      Folders.delete(work);
    }
  }

  /** What services ask for: without it a start would load the classes of the replies after all. */
  private static void answerAsInARun(Registry registry) {
    registry.requireCompatibility();
    try (SchemaSubjects subjects = new SchemaSubjects(registry.url())) {
      TopicPlan.of(NAME, 1).stream()
          .filter(plan -> plan.schema().isPresent())
          .forEach(plan -> subjects.register(plan.subject(), plan.schema().orElseThrow()));
      subjects.newest(List.of(TopicPlan.of(NAME, 1).get(0).subject()));
    }
  }

  private static Path dump(Path runner, Path work, Path archive, int port, int managementPort)
      throws IOException, InterruptedException {
    Files.createDirectories(work.resolve("tmp"));
    Path log = work.resolve("registry.log");
    Process process =
        Registry.launch(
            RegistryCommand.archiving(runner, work, port, managementPort, NAME, archive),
            work,
            log);
    try (Registry registry = Registry.of(process, port, NAME)) {
      registry.awaitReady(log);
      answerAsInARun(registry);
      process.destroy();
      if (!process.waitFor(DUMP_SECONDS, TimeUnit.SECONDS) || !Files.exists(archive)) {
        throw new StackException(
            "the registry wrote no archive of its classes to %s".formatted(archive));
      }
      return archive;
    }
  }
}
