package orcaflow.cli.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import orcaflow.cli.contamination.QuestionFile.BadQuestionFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionFileTest {

  private static final String GOOD = "{\"id\":7,\"question\":\"How many?\",\"answer\":\"3\"}\n";

  @TempDir private Path dir;

  @Test
  void aRowWithoutAnIdIsCalledByItsLine() throws IOException {
    assertThat(read(GOOD + "\n{\"question\":\"Why?\"}"))
        .containsExactly(
            new BenchmarkQuestion("7", 1, "How many?"), new BenchmarkQuestion("line 3", 3, "Why?"));
  }

  @Test
  void aGzippedFileReadsTheSame() throws IOException {
    Path file = dir.resolve("f.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(read(file)).containsExactly(new BenchmarkQuestion("7", 1, "How many?"));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {"question":                     | :2: not JSON: Unexpected end-of-input
          ["question"]                     | :2: not a JSON object
          {"Question":"How many?"}         | :2: question is missing, not a text
          {"question":42}                  | :2: question is 42, not a text
          {"question":" "}                 | :2: question is " ", not a text
          {"question":"A?","id":{"a":1}}   | :2: id is {"a":1}, not a text or a number
          {"question":"A?","question":"B"} | :2: not JSON: Duplicate field 'question'
          """)
  void aBadRowIsNamedByFileLineAndKey(String row, String sentence) {
    assertThatThrownBy(() -> read(GOOD + row))
        .isInstanceOf(BadQuestionFile.class)
        .hasMessageStartingWith(dir.resolve("f.jsonl") + sentence)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatIsNotThereEmptyOrNoTextIsRefused() throws IOException {
    assertThatThrownBy(() -> read(dir.resolve("none.jsonl")))
        .hasMessageEndingWith("none.jsonl: there is no such file");
    assertThatThrownBy(() -> read("\n\n"))
        .hasMessageEndingWith("f.jsonl: there are no questions in it");
    Path latin = Files.write(dir.resolve("l.jsonl"), new byte[] {'{', (byte) 0xE9, '}', '\n'});
    assertThatThrownBy(() -> read(latin)).hasMessageContaining("not UTF-8");
    Path plain = Files.writeString(dir.resolve("p.jsonl.gz"), GOOD);
    assertThatThrownBy(() -> read(plain))
        .isInstanceOf(BadQuestionFile.class)
        .hasMessageContaining("not a whole gzip file");
  }

  private List<BenchmarkQuestion> read(String content) throws IOException {
    return read(Files.writeString(dir.resolve("f.jsonl"), content));
  }

  private static List<BenchmarkQuestion> read(Path file) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(file, (question, read, bytes) -> questions.add(question));
    return questions;
  }
}
