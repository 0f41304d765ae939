package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows files of each kind have, and what becomes of what is odd in them. */
class SeedInputTest {

  @TempDir Path folder;

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstRow() throws IOException {
    Path file = file("bom.jsonl", "\uFEFF{\"question\":\"q\"}\n{\"question\":\"r\"}");
    assertThat(texts(file)).containsExactly("{\"question\":\"q\"}", "{\"question\":\"r\"}");
    assertThat(texts(file("bom.csv", "\uFEFFquestion,answer\nq,4\n")))
        .containsExactly("{\"question\":\"q\",\"answer\":\"4\"}");
    assertThat(texts(file("bom.json", "\uFEFF [{\"question\":\"q\"}]")))
        .containsExactly("{\"question\":\"q\"}");
  }

  @Test
  void lineSeparatorsOfUnicodeBelongToTheText() throws IOException {
    assertThat(texts(file("a.jsonl", "{\"question\":\"one\u2028two\u0085three\"}\r\n")))
        .containsExactly("{\"question\":\"one\u2028two\u0085three\"}");
  }

  @Test
  void aLineThatIsNotUtf8IsABadRowAndTheOthersContinue() throws IOException {
    Path file =
        Files.write(
            folder.resolve("latin.jsonl"),
            "{\"question\":\"caf\u00e9\"}\n{\"question\":\"q\"}"
                .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(rows(file))
        .extracting(SeedRows.Line::defect)
        .containsExactly(Optional.of("the row is not UTF-8"), Optional.empty());
  }

  @Test
  void anArrayHasTheRowsOfItsObjectsWithTheirLines() throws IOException {
    Path file =
        file(
            "a.json",
            "[\n {\n  \"question\": \"a ] , \\\" } b\",\n  \"n\": [1, {}]\n },\n 7, {\"question\" \"no\"}\n]\n");
    assertThat(rows(file))
        .containsExactly(
            new SeedRows.Line(2, "{\n  \"question\": \"a ] , \\\" } b\",\n  \"n\": [1, {}]\n }"),
            new SeedRows.Line(6, "7"),
            new SeedRows.Line(6, "{\"question\" \"no\"}"));
    assertThat(SeedFile.kind(file).name()).isEqualTo("JSON array");
  }

  @Test
  void anArrayMayBeWrappedInAnObject() throws IOException {
    String whole =
        "{\"Sources\":[\"x\"],\"Instances\":[{\"Input\":\"q\",\"Output Answer\":[\"4\"]}]}";
    assertThat(texts(file("lila.json", whole)))
        .containsExactly("{\"Input\":\"q\",\"Output Answer\":[\"4\"]}");
    assertThat(texts(file("none.json", "[]"))).isEmpty();
    String chat = "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}";
    assertThat(texts(file("chat.jsonl", chat))).containsExactly(chat);
  }

  @Test
  void anArrayWithoutAnEndIsNamedWithItsLine() throws IOException {
    Path file = file("cut.json", "[\n{\"question\":\"q\"},\n{\"question\":");
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(Seeding.BadSeedFile.class)
        .hasMessage(file + ":3: not a whole JSON array: its end is missing");
  }

  @Test
  void csvHasQuotesLineBreaksInCellsAndRowsThatAreTooLong() throws IOException {
    Path file =
        file("a.csv", "question,answer\r\n\"Sam said \"\"2,\n3\"\"\",5\r\n\r\nq,1,2\r\nr\r\n");
    assertThat(rows(file))
        .extracting(row -> row.number() + " " + row.text() + row.defect().orElse(""))
        .containsExactly(
            "2 {\"question\":\"Sam said \\\"2,\\n3\\\"\",\"answer\":\"5\"}",
            "5 {\"question\":\"q\",\"answer\":\"1\"}the row has 3 cells, and there are 2 columns",
            "6 {\"question\":\"r\"}");
  }

  @Test
  void tabsAreRecognisedByTheFirstLine() throws IOException {
    Path file = file("table.txt", "id\tProblem\n1\tq, r\n");
    assertThat(texts(file)).containsExactly("{\"id\":\"1\",\"Problem\":\"q, r\"}");
    assertThat(SeedFile.kind(file).name()).isEqualTo("TSV");
  }

  @Test
  void xmlIsReadByProblemsAndKnowsNoForeignEntities() throws IOException {
    Path file =
        file(
            "a.xml",
            "<?xml version=\"1.0\"?><F><ProblemSet>\n<Problem ID=\"1\"><Body>A &amp; B.</Body>"
                + "<Question>How many?</Question></Problem></ProblemSet></F>");
    assertThat(rows(file))
        .containsExactly(
            new SeedRows.Line(2, "{\"ID\":\"1\",\"Body\":\"A & B.\",\"Question\":\"How many?\"}"));
    Path evil =
        file(
            "b.xml",
            "<!DOCTYPE F [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><F><Problem><Body>&x;</Body>"
                + "</Problem></F>");
    assertThatThrownBy(() -> rows(evil)).isInstanceOf(Seeding.BadSeedFile.class);
  }

  @Test
  void zstdIsUnpacked() throws IOException {
    byte[] packed = Zstd.compress("question,answer\nq,4\n".getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("a.csv.zst"), packed);
    assertThat(texts(file)).containsExactly("{\"question\":\"q\",\"answer\":\"4\"}");
    assertThat(SeedFile.kind(file).name()).isEqualTo("CSV, zstd");
  }

  @Test
  void aFolderHasTheRowsOfItsFilesByName() throws IOException {
    Files.createDirectories(folder.resolve("set/.git"));
    file("set/b.csv", "question\nq\n");
    file("set/a.jsonl", "{\"question\":\"r\"}");
    file("set/README.md", "# no rows");
    file("set/.git/c.jsonl", "{\"question\":\"no\"}");
    Path set = folder.resolve("set");
    assertThat(rows(set))
        .extracting(row -> row.file().orElseThrow() + ":" + row.number())
        .containsExactly(set.resolve("a.jsonl") + ":1", set.resolve("b.csv") + ":2");
  }

  @Test
  void aFolderWithoutSuchFilesIsOneSentence() throws IOException {
    file("README.md", "");
    assertThatThrownBy(() -> rows(folder))
        .isInstanceOf(Seeding.BadSeedFile.class)
        .hasMessageStartingWith(folder + ": no file in it has one of these endings: csv, json");
  }

  @Test
  void utf16IsOneSentence() throws IOException {
    Path file = Files.write(folder.resolve("a.csv"), "\uFEFFquestion".getBytes("UTF-16LE"));
    assertThatThrownBy(() -> rows(file)).hasMessage(file + ": is UTF-16: save it as UTF-8");
  }

  @Test
  void parquetWithoutItsReaderIsOneSentence() throws IOException {
    Path file = Files.writeString(folder.resolve("a.parquet"), "PAR1....PAR1");
    String sentence = file + ": is Parquet, and its reader is not on the class path";
    assertThatThrownBy(() -> rows(file)).hasMessage(sentence);
    assertThatThrownBy(() -> rows(folder)).hasMessage(sentence);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<String> texts(Path file) {
    return rows(file).stream().map(SeedRows.Line::text).toList();
  }

  private static List<SeedRows.Line> rows(Path path) {
    List<SeedRows.Line> all = new ArrayList<>();
    try (SeedRows rows = SeedInput.of(path).open()) {
      for (Optional<SeedRows.Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        all.add(row.get());
      }
    }
    return all;
  }
}
