package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every form and every kind of file with every oddity, and what becomes of it: {@code
 * docs/input-fates.md}. {@code -Dorcaflow.docs.write=true} writes the page.
 */
class InputFatesTest {

  private static final Forms FORMS = new Forms(Columns.KNOWN);

  /** A name for people, and the answer as JSON. */
  private static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  static {
    ANSWERS.put("`5`", "5");
    ANSWERS.put("`\"5\"`", "\"5\"");
    ANSWERS.put("`-5.0`", "-5.0");
    ANSWERS.put("`1,250`", "\"1,250\"");
    ANSWERS.put("`proof`", "\"proof\"");
    ANSWERS.put("`notfound`", "\"notfound\"");
    ANSWERS.put("empty", "\"\"");
    ANSWERS.put("`null`", "null");
    ANSWERS.put("`1e999999999`", "1e999999999");
  }

  @TempDir Path dir;

  private final TreeSet<String> defects = new TreeSet<>();

  @Test
  void thePageSaysWhatBecomesOfEachFormAndKind() throws IOException {
    String text = page();
    Path page = Path.of(System.getProperty("orcaflow.root", "..")).resolve("docs/input-fates.md");
    if (Boolean.getBoolean("orcaflow.docs.write")) {
      Files.writeString(page, text);
    }
    assertThat(Files.readString(page)).as("see this class's comment").isEqualTo(text);
  }

  @Test
  void everyFormReadsThePlainAnswer() {
    for (String form : FormSamples.forms()) {
      SeedRow row = read(FormSamples.row(form, "5"));
      assertThat(row).as(form).isInstanceOf(SeedRow.Good.class);
      assertThat(((SeedRow.Good) row).form()).isEqualTo(form);
      assertThat(((SeedRow.Good) row).question()).as(form).endsWith("Q?");
      assertThat(((SeedRow.Good) row).expectedAnswer()).as(form).contains("5");
    }
  }

  @Test
  void noFormTakesAProofOrAHugeNumberForAnAnswer() {
    for (String form : FormSamples.forms()) {
      for (String answer : List.of("\"proof\"", "1e999999999")) {
        if (read(FormSamples.row(form, answer)) instanceof SeedRow.Good row) {
          assertThat(row.expectedAnswer().filter(value -> !value.equals("5")))
              .as("%s with %s", form, answer)
              .isEmpty();
        }
      }
    }
  }

  private String page() throws IOException {
    return String.join(
        "\n",
        "<!-- Written by InputFatesTest: every cell is what a row or a file became. -->",
        "",
        "# Fates of inputs",
        "",
        "Every form and every kind of file of [inputs.md](inputs.md) with every oddity. Each cell is",
        "measured.",
        "",
        "## Forms",
        "",
        "The column is the answer of the row as its file has it. A cell is the answer that is read,",
        "*none* where the row is used without an answer, or **bad** where the row is refused.",
        "",
        table("form", List.copyOf(ANSWERS.keySet()), FormSamples.forms(), this::answer),
        "",
        "## Solutions beside an answer of 5",
        "",
        solutions(),
        "",
        "## Reasons of the bad rows above",
        "",
        String.join("\n", defects.stream().map(defect -> "- " + defect).toList()),
        "",
        "## Kinds of files",
        "",
        "Three rows, the second of which has the oddity. A cell is the number of rows that are read",
        "and the number that are bad. *stops* is a file that ends with a sentence after those rows.",
        "",
        kinds(),
        "");
  }

  private interface Cell {
    String of(String row, String column) throws IOException;
  }

  private static String table(String corner, List<String> columns, List<String> rows, Cell cell)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("| %s | %s |".formatted(corner, String.join(" | ", columns)));
    lines.add("|---".repeat(columns.size() + 1) + "|");
    for (String row : rows) {
      List<String> cells = new ArrayList<>();
      for (String column : columns) {
        cells.add(cell.of(row, column));
      }
      lines.add("| %s | %s |".formatted(row, String.join(" | ", cells)));
    }
    return String.join("\n", lines);
  }

  private String answer(String form, String name) {
    return fate(read(FormSamples.row(form, ANSWERS.get(name))));
  }

  private String solutions() throws IOException {
    Map<String, String> ends = new LinkedHashMap<>();
    ends.put("`#### 5`", "\\n#### 5");
    ends.put("`#### 6`", "\\n#### 6");
    ends.put("no marked end", "");
    return table(
        "form",
        List.copyOf(ends.keySet()),
        FormSamples.forms().stream().filter(FormSamples::hasSolutionBesideTheAnswer).toList(),
        (form, end) -> fate(read(FormSamples.worked(form, text -> text + ends.get(end)))));
  }

  private String fate(SeedRow row) {
    if (row instanceof SeedRow.Bad bad) {
      defects.add(bad.defect());
      return "**bad**";
    }
    return ((SeedRow.Good) row).expectedAnswer().map(text -> "`" + text + "`").orElse("*none*");
  }

  private static SeedRow read(String row) {
    return SeedRow.of(new SeedRows.Line(1, row), FORMS);
  }

  /** Kinds of files that have lines or a list, with three rows each. */
  private static final Map<String, String> FILES = new LinkedHashMap<>();

  static {
    FILES.put(
        "JSON Lines",
        "{'question':'a','answer':1}\n{'question':'b','answer':2}\n{'question':'c','answer':3}\n");
    FILES.put(
        "JSON array",
        "[{'question':'a','answer':1},\n{'question':'b','answer':2},\n{'question':'c','answer':3}]\n");
    FILES.put("CSV", "question,answer\na,1\nb,2\nc,3\n");
    FILES.put("TSV", "question\tanswer\na\t1\nb\t2\nc\t3\n");
    FILES.put(
        "XML",
        "<P><Problem ID='1'><Body>x</Body><Question>a</Question><Answer>1</Answer></Problem>\n"
            + "<Problem ID='2'><Body>x</Body><Question>b</Question><Answer>2</Answer></Problem>\n"
            + "<Problem ID='3'><Body>x</Body><Question>c</Question><Answer>3</Answer></Problem></P>\n");
  }

  private static final Map<String, String> ENDINGS =
      Map.of("JSON Lines", "jsonl", "JSON array", "json", "CSV", "csv", "TSV", "tsv", "XML", "xml");

  private interface Oddity {
    byte[] of(String text) throws IOException;
  }

  private static Map<String, Oddity> oddities() {
    Map<String, Oddity> all = new LinkedHashMap<>();
    all.put("none", InputFatesTest::bytes);
    all.put("byte order mark", text -> bytes("\uFEFF" + text));
    all.put("CRLF", text -> bytes(text.replace("\n", "\r\n")));
    all.put("no final line feed", text -> bytes(text.stripTrailing()));
    all.put("U+2028 in a text", text -> bytes(second(text, "b\u2028b")));
    all.put("not UTF-8", text -> latin(second(text, "b\u00E9")));
    all.put("gzip", text -> Gzip.packed(text));
    all.put("zstd", text -> Zstd.compress(bytes(text)));
    all.put(
        "gzip, cut",
        text -> {
          byte[] whole = Gzip.packed(text);
          return Arrays.copyOf(whole, whole.length - 12);
        });
    all.put("cut in row 3", text -> bytes(text.substring(0, text.lastIndexOf('3') - 1)));
    return all;
  }

  private String kinds() throws IOException {
    Map<String, Oddity> oddities = oddities();
    return table(
        "oddity",
        List.copyOf(FILES.keySet()),
        List.copyOf(oddities.keySet()),
        (oddity, kind) -> {
          Path file = dir.resolve("rows." + ENDINGS.get(kind));
          Files.write(file, oddities.get(oddity).of(FILES.get(kind).replace('\'', '"')));
          return fate(file);
        });
  }

  private static String fate(Path file) {
    int good = 0;
    int bad = 0;
    String end = "";
    try (SeedRows rows = SeedFile.open(file)) {
      for (Optional<SeedRows.Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        if (SeedRow.of(row.get(), FORMS) instanceof SeedRow.Good) {
          good++;
        } else {
          bad++;
        }
      }
    } catch (Seeding.BadSeedFile e) {
      assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
      end = ", stops";
    }
    return (bad == 0 ? "%d read" : "%d read, %d bad").formatted(good, bad) + end;
  }

  /** The text with another question in its second row. */
  private static String second(String text, String question) {
    return text.replaceFirst("(?<=[\",\\n>])b(?=[\",\\t<])", question);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
