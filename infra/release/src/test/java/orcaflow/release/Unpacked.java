package orcaflow.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The archive of a release, unpacked on what looks like a machine that has a JDK and nothing else
 * of a developer's: no Maven on the path, and a home without a repository.
 */
final class Unpacked {

  /** All that the launcher and the registry's shell call beside Java. */
  private static final List<String> TOOLS = List.of("bash", "sh", "env", "dirname", "readlink");

  /** These processes live for seconds: what pays only after minutes is off. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  private static final long PATIENCE_SECONDS = 300;

  private final Path machine;
  private final Path folder;

  private Unpacked(Path machine, Path folder) {
    this.machine = machine;
    this.folder = folder;
  }

  /** What a command printed, both streams, and its status. */
  record Ended(int status, String text) {}

  static Unpacked in(Path machine) throws IOException, InterruptedException {
    Path archive = Path.of(System.getProperty("orcaflow.release"));
    Path path = Files.createDirectories(machine.resolve("path"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(path.resolve(tool), onOurPath(tool));
    }
    Files.createDirectories(machine.resolve("home"));
    Files.createDirectories(machine.resolve("work"));
    Path opt = Files.createDirectories(machine.resolve("opt"));
    Process tar =
        new ProcessBuilder("tar", "xzf", archive.toString()).directory(opt.toFile()).start();
    assertThat(tar.waitFor()).as("tar xzf %s", archive).isZero();
    try (Stream<Path> folders = Files.list(opt)) {
      return new Unpacked(machine, folders.findFirst().orElseThrow());
    }
  }

  private static Path onOurPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  /** The folder that the archive brings. */
  Path folder() {
    return folder;
  }

  /** Where commands are given; empty at first. */
  Path work() {
    return machine.resolve("work");
  }

  /** The home folder of the one who gives them. */
  Path home() {
    return machine.resolve("home");
  }

  /** {@code bin/orcaflow ARGUMENTS} in a folder of the user's. */
  Ended orcaflow(String... arguments) throws IOException, InterruptedException {
    return run(folder.resolve("bin/orcaflow"), arguments);
  }

  /** The same through a link. */
  Ended run(Path launcher, String... arguments) throws IOException, InterruptedException {
    return run(Map.of("JAVA_HOME", System.getProperty("java.home")), launcher, arguments);
  }

  /** The same where {@code java} is nowhere. */
  Ended withoutJava(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), folder.resolve("bin/orcaflow"), arguments);
  }

  private Ended run(Map<String, String> java, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path said = Files.createTempFile(machine, "said", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work().toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(java);
    environment.put("PATH", machine.resolve("path").toString());
    environment.put("HOME", home().toString());
    environment.put(
        "DJL_CACHE_DIR", machine.resolve("home/.djl.ai").toString()); // else of our home
    environment.put("ORCAFLOW_JAVA_OPTS", QUICK);
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Ended(process.exitValue(), Files.readString(said));
  }
}
