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
    assertThat(succeeds("recipe", "ls")).contains("orca-math", "short");
  }

  /** Broker, registry, services and PyTorch: problems in, a student with two policies out. */
  @Test
  void makesAStudentOfAFileOfProblems() throws IOException, InterruptedException {
    String problems = machine.resolve("own.jsonl").toString();
    succeeds("problem-set", "--kind", "seeds", "--count", "40", "--seed", "1", "--out", problems);
    assertThat(succeeds("seeds", "check", problems)).startsWith("own.jsonl (JSON Lines): 40 rows");
    assertThat(succeeds("run", "--seeds", problems, "--teacher", "gold", "--recipe", "short"))
        .containsPattern("(?m)^M1 +sft .*\\n^M2 +kto ");
    assertThat(release.work().resolve("orcaflow-data/report.json")).isNotEmptyFile();
    assertThat(release.home().resolve(".djl.ai/pytorch")).isNotEmptyDirectory();
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

  private static String succeeds(String... arguments) throws IOException, InterruptedException {
    Unpacked.Ended ended = release.orcaflow(arguments);
    assertThat(ended.status()).as(ended.text()).isZero();
    return ended.text();
  }
}
