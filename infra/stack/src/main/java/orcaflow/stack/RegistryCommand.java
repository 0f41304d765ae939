package orcaflow.stack;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line of the registry's process. */
final class RegistryCommand {

  private static final List<String> SMALL =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  /**
   * Ctrl-C goes to every process of the terminal. The parent then drains, and needs schemas until
   * the end; it stops the child itself. A JVM leaves a signal alone that was ignored when it
   * started.
   */
  private static final List<String> WITHOUT_INTERRUPTS =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "registry");

  /** Header of every reply, by which the parent knows its own child. */
  static final String TOKEN_HEADER = "Orcaflow-Registry";

  private RegistryCommand() {}

  static List<String> of(Path runner, Path dir, int port, int managementPort, String token) {
    List<String> command = new ArrayList<>(WITHOUT_INTERRUPTS);
    command.addAll(java(dir, port, managementPort, token));
    RegistryArchive.beside(runner)
        .ifPresent(archive -> command.add("-XX:SharedArchiveFile=" + archive));
    command.add("-cp");
    command.add(runner + File.pathSeparator + RegistryHome.ownCode());
    command.add(RegistryGuard.class.getName());
    command.add(runner.toString());
    command.add(pidFile(dir).toString());
    return command;
  }

  /**
   * Without our guard, whose folder of classes could not be archived; at its end it writes the
   * classes it has loaded to {@code archive}.
   */
  static List<String> archiving(
      Path runner, Path dir, int port, int managementPort, String token, Path archive) {
    List<String> command = new ArrayList<>(java(dir, port, managementPort, token));
    command.add("-XX:ArchiveClassesAtExit=" + archive);
    command.add("-jar");
    command.add(runner.toString());
    return command;
  }

  private static List<String> java(Path dir, int port, int managementPort, String token) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL);
    settings(dir, port, managementPort)
        .forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-Dquarkus.http.header.\"%s\".value=%s".formatted(TOKEN_HEADER, token));
    return command;
  }

  /** Names the process that has the database open. */
  static Path pidFile(Path dir) {
    return dir.resolve("registry.pid");
  }

  private static Map<String, String> settings(Path dir, int port, int managementPort) {
    return Map.ofEntries(
        Map.entry("java.io.tmpdir", dir.resolve("tmp").toString()),
        Map.entry("quarkus.http.host", "127.0.0.1"),
        Map.entry("quarkus.http.port", Integer.toString(port)),
        Map.entry("quarkus.management.host", "127.0.0.1"),
        Map.entry("quarkus.management.port", Integer.toString(managementPort)),
        Map.entry("quarkus.http.access-log.enabled", "false"),
        Map.entry("quarkus.log.level", "WARN"),
        Map.entry("quarkus.log.category.\"io.apicurio\".level", "WARN"),
        Map.entry("apicurio.storage.kind", "sql"),
        Map.entry("apicurio.storage.sql.kind", "h2"),
        Map.entry("apicurio.datasource.url", database(dir)));
  }

  /**
   * By default H2 writes a commit up to half a second later; after {@code kill -9} there would be
   * records in Kafka whose schema id nobody knows.
   */
  private static String database(Path dir) {
    return "jdbc:h2:file:" + dir.resolve("registry") + ";WRITE_DELAY=0";
  }
}
