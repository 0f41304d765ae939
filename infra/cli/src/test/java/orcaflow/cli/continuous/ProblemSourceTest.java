package orcaflow.cli.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import orcaflow.agents.seed.SeedRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemSourceTest {

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({"scripted, 30", "scripted:5/s, 5", "scripted:0.5/s, 0.5", "scripted:1000/s, 1000"})
  void theScriptedAuthorHasARate(String text, double perSecond) {
    assertThat(ProblemSource.parse(text)).isEqualTo(new ProblemSource.Scripted(perSecond));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scripted:", "scripted:0/s", "scripted:1001/s", "scripted:5/m", "scripted1"})
  void anotherRateIsRefused(String text) {
    assertThatThrownBy(() -> ProblemSource.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("source is '%s': give scripted, or scripted:N/s".formatted(text));
  }

  @Test
  void postsHaveAPort() {
    assertThat(ProblemSource.parse("http")).isEqualTo(new ProblemSource.Http(OptionalInt.empty()));
    assertThat(ProblemSource.parse("http:0")).isEqualTo(new ProblemSource.Http(OptionalInt.of(0)));
    for (String text : List.of("http:", "http:65536", "http://127.0.0.1:80", "http:-1")) {
      assertThatThrownBy(() -> ProblemSource.parse(text))
          .hasMessage(
              "source is '%s': give http, or http:PORT with a port from 0 (a free one) to 65535"
                  .formatted(text));
    }
  }

  @Test
  void aFolderAndStandardInputAreSources() {
    assertThat(ProblemSource.parse(dir.toString())).isEqualTo(new ProblemSource.Folder(dir));
    assertThat(ProblemSource.parse("-")).isEqualTo(new ProblemSource.StandardInput());
  }

  @Test
  void whatIsNoFolderIsRefused() throws IOException {
    Path file = Files.createFile(dir.resolve("seeds.jsonl"));
    assertThatThrownBy(() -> ProblemSource.parse(file.toString()))
        .hasMessage(
            "source is '%s', which is a file: give its folder, or let it in with 'seed'"
                .formatted(file));
    for (String text : List.of("", "script", dir.resolve("missing").toString())) {
      assertThatThrownBy(() -> ProblemSource.parse(text))
          .hasMessage(
              ("source is '%s', and there is no such folder: give scripted:N/s, http, a folder, or -"
                      + " for standard input")
                  .formatted(text));
    }
  }

  @Test
  void theAuthorWritesTheSameProblemsInTheSameOrderAndHardlyOneTwice() {
    List<SeedRows.Line> first = rows(1, 2_000);

    assertThat(rows(1, 2_000)).isEqualTo(first);
    assertThat(first.get(41).number()).isEqualTo(42);
    assertThat(first.get(0).text()).contains("\"question\":\"", "\"answer\":\"");
    Set<String> questions = new HashSet<>();
    first.forEach(row -> questions.add(row.text().replaceFirst(".*\"question\":", "")));
    assertThat(questions).hasSizeGreaterThan(1_900);
    assertThat(rows(2, 10)).isNotEqualTo(first.subList(0, 10));
  }

  private static List<SeedRows.Line> rows(long seed, int count) {
    try (ScriptedAuthor author = new ScriptedAuthor(seed)) {
      return Stream.generate(() -> author.next().orElseThrow()).limit(count).toList();
    }
  }
}
