package orcaflow.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of the release does its work where there is a JDK and no checkout. */
class ArchiveIT {

  private static final Pattern LINK = Pattern.compile("]\\(([^)#: ]+)(?:#[^)]*)?\\)");

  @TempDir private static Path machine;
  private static Unpacked release;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    release = Unpacked.in(machine);
  }

  @Test
  void printsTheVersionOfTheBuild() throws IOException, InterruptedException {
    assertThat(release.orcaflow("--version"))
        .isEqualTo(
            new Unpacked.Ended(0, "orcaflow " + System.getProperty("orcaflow.version") + "\n"));
  }

  @Test
  void isFoundThroughLinks() throws IOException, InterruptedException {
    Path top = release.folder().resolve("orcaflow");
    assertThat(Files.readSymbolicLink(top)).isEqualTo(Path.of("bin/orcaflow"));
    Path elsewhere = Files.createSymbolicLink(machine.resolve("oc"), top);
    assertThat(release.run(elsewhere, "--version").status()).isZero();
  }

  @Test
  void listsTheShippedRecipes() throws IOException, InterruptedException {
    Unpacked.Ended ended = release.orcaflow("recipe", "ls");
    assertThat(ended.status()).as(ended.text()).isZero();
    assertThat(ended.text()).contains("orca-math", "short");
  }

  @Test
  void readsAFileOfProblems() throws IOException, InterruptedException {
    Path file =
        Files.writeString(machine.resolve("own.jsonl"), "{\"question\":\"q\",\"answer\":\"2\"}\n");
    Unpacked.Ended ended = release.orcaflow("seeds", "check", file.toString());
    assertThat(ended.status()).as(ended.text()).isZero();
    assertThat(ended.text()).startsWith("own.jsonl (JSON Lines): 1 rows, 1 usable");
  }

  /** Broker, registry, models and services, the native code of the student among them. */
  @Test
  void startsEverythingAndEndsInOrder() throws IOException, InterruptedException {
    Path dir = machine.resolve("run");
    Unpacked.Ended ended = release.orcaflow("up", "--dir", dir.toString(), "--for", "1s");
    assertThat(ended.status()).as(ended.text()).isZero();
    assertThat(ended.text()).contains("  registry  ", "up; Ctrl-C ends it");
    assertThat(dir.resolve("stack/registry/registry.mv.db")).isNotEmptyFile();
    assertThat(machine.resolve("home/.djl.ai/pytorch")).isNotEmptyDirectory();
  }

  @Test
  void saysThatThereIsNoJava() throws IOException, InterruptedException {
    assertThat(release.withoutJava("--version"))
        .isEqualTo(
            new Unpacked.Ended(
                2, "orcaflow: there is no java: install a JDK (17 or newer), or set JAVA_HOME\n"));
  }

  @Test
  void hasEachJarOnce() throws IOException {
    try (Stream<Path> jars = Files.list(release.folder().resolve("lib"))) {
      List<String> artifacts =
          jars.map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", "")).toList();
      assertThat(artifacts).contains("orcaflow-cli", "orcaflow-bench").doesNotHaveDuplicates();
    }
  }

  @Test
  void hasWhatItsDocumentsLinkTo() throws IOException {
    List<Path> documents;
    try (Stream<Path> files = Files.walk(release.folder())) {
      documents = files.filter(file -> file.toString().endsWith(".md")).toList();
    }
    assertThat(documents).contains(release.folder().resolve("README.md"));
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        assertThat(document.resolveSibling(link.group(1)).normalize())
            .as(document.toString())
            .exists();
      }
    }
  }
}
