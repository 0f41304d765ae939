package orcaflow.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.cli.dataset.Export.Format;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

  private static final Manifest MANIFEST = Manifests.whole("main");
  private static final String P1 =
      "\"question\":\"How much is p1? \\\"é\\\"\",\"answer\":\"7\",\"answer_origin\":\"known\","
          + "\"source\":\"hand\",\"seed\":\"seed-1\",\"agent\":\"seed\",\"round\":0,\"parent\":null,"
          + "\"difficulty\":0.3333333333333333,\"rollouts\":3,\"solved\":1,";
  private static final String PROMPT =
      "{\"prompt\":\"USER:\\nHow much is p1? \\\"é\\\"\\n\\nASSISTANT:\\n\",";

  @TempDir Path dir;

  @Test
  void writesAProblemWithItsAnswerAndDifficulty() throws Exception {
    assertThat(jsonl("problems"))
        .containsExactly(
            "{"
                + P1
                + "\"id\":\"p1\",\"candidate_id\":\"c-p1\",\"gold_solution\":null,\"model\":null,"
                + "\"prompt_id\":null}",
            "{\"question\":\"How much is p2? \\\"é\\\"\",\"answer\":\"4.5\","
                + "\"answer_origin\":\"teacher\",\"source\":null,\"seed\":\"seed-1\","
                + "\"agent\":\"suggest-and-edit\",\"round\":1,\"parent\":\"p1\","
                + "\"difficulty\":null,\"rollouts\":0,\"solved\":0,"
                + "\"id\":\"p2\",\"candidate_id\":\"c-p2\",\"gold_solution\":null,\"model\":null,"
                + "\"prompt_id\":null}");
  }

  @Test
  void writesWhatTrainersRead() throws Exception {
    assertThat(jsonl("demonstrations"))
        .containsExactly(
            PROMPT
                + "\"completion\":\"It is 7.\\n#### 7\","
                + P1
                + "\"id\":\"d-p1\",\"problem_id\":\"p1\",\"response_id\":\"s-p1\","
                + "\"written_by\":\"solve\",\"model\":\"teacher-model\",\"prompt_id\":null,"
                + "\"policy_version\":null,\"labelling\":\"paper@0123456789ab\"}");
    assertThat(jsonl("labelled-completions"))
        .containsExactly(labelled(0, true), labelled(1, false));
    assertThat(jsonl("preference-pairs"))
        .containsExactly(
            PROMPT
                + "\"chosen\":\"#### 7\",\"rejected\":\"#### 1\","
                + P1
                + "\"id\":\"pair-p1\",\"problem_id\":\"p1\",\"chosen_id\":\"s-p1\","
                + "\"rejected_id\":\"o-p1-1\",\"iteration\":2,\"correct_count\":1,"
                + "\"policy_version\":\"main-M1-9-abcdef01\","
                + "\"labelling\":\"paper@0123456789ab\"}");
  }

  private static String labelled(int index, boolean label) {
    return PROMPT
        + "\"completion\":\"#### %d\",\"label\":%s,".formatted(index, label)
        + P1
        + "\"id\":\"l-p1-%d\",\"problem_id\":\"p1\",\"response_id\":\"o-p1-%d\","
            .formatted(index, index)
        + "\"origin\":\"rollout\",\"model\":\"student\",\"iteration\":2,\"correct_count\":1,"
        + "\"policy_version\":\"main-M1-9-abcdef01\",\"labelling\":\"paper@0123456789ab\"}";
  }

  @Test
  void writesWhatWasRejectedAndHowAnswersWereGraded() throws Exception {
    assertThat(jsonl("rejected-candidates"))
        .containsExactly(
            "{\"question\":\"How much is p1? \\\"é\\\"\",\"reason\":\"duplicate\","
                + "\"evidence\":\"is p1\",\"seed\":\"seed-1\",\"agent\":\"ask-me-anything\","
                + "\"round\":0,\"parent\":\"p1\",\"id\":\"r1\",\"candidate_id\":\"c-r1\","
                + "\"problem_id\":\"p1\",\"model\":\"agents-model\",\"prompt_id\":null}");
    assertThat(jsonl("graded-rollouts"))
        .hasSize(3)
        .element(2)
        .isEqualTo(
            PROMPT
                + "\"completion\":\"#### 2\",\"verdict\":\"UNDECIDED\",\"reason\":\"equal\","
                + "\"given_answer\":\"2\",\"reference_answer\":\"7\","
                + P1
                + "\"id\":\"o-p1-2\",\"problem_id\":\"p1\",\"request_id\":\"g-p1\",\"index\":2,"
                + "\"iteration\":2,\"policy_version\":\"main-M1-9-abcdef01\"}");
    assertThat(jsonl("teacher-solutions"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith(
            "{\"solution\":\"It is 7.\\n#### 7\",\"status\":\"USABLE\",\"reason\":null,"
                + "\"final_answer\":\"7\",\"question\":");
  }

  @Test
  void writesTheSameBytesWhateverTheOrderOfEvents() throws Exception {
    HandMade forwards = HandMade.of(12);
    HandMade backwards = new HandMade();
    Manifest.TOPICS.forEach(topic -> reverse(forwards, backwards, topic));
    for (Format format : Format.values()) {
      Path one = dir.resolve("one-" + format);
      Path two = dir.resolve("two-" + format);
      Export.write(MANIFEST, forwards, format, one, List.of());
      Export.write(MANIFEST, backwards, format, two, List.of());
      assertThat(Folders.bytes(two)).isEqualTo(Folders.bytes(one));
    }
  }

  private static <T extends org.apache.avro.specific.SpecificRecord> void reverse(
      HandMade from, HandMade to, orcaflow.schemas.Topic<T> topic) {
    List<org.apache.avro.specific.SpecificRecord> events = from.of(topic);
    for (int i = events.size() - 1; i >= 0; i--) {
      to.with(topic, topic.type().cast(events.get(i)));
    }
  }

  @Test
  void theManifestWrittenBesideTheRowsHashesToTheVersion() throws Exception {
    Export.write(MANIFEST, HandMade.small(), Format.JSONL, dir.resolve("out"), List.of());
    assertThat(Ids.contentHash(Files.readAllBytes(dir.resolve("out/manifest.json"))))
        .isEqualTo(MANIFEST.version());
  }

  @Test
  void theCardCountsWhatIsThere() throws Exception {
    Export.write(MANIFEST, HandMade.of(7), Format.HF, dir.resolve("out"), List.of());
    assertThat(Files.readString(dir.resolve("out/README.md")))
        .startsWith("---\npretty_name: 'orcaflow main ")
        .contains(
            "- config_name: kto\n  data_files:\n  - split: train\n    path: kto/train.parquet\n",
            "  - name: label\n    dtype: bool\n",
            "size_categories:\n- n<1K\n",
            "| recipe | `short@aaaabbbbcccc` |",
            "| candidates decided about | 14 |",
            "| rejected: too-short | 7 |",
            "| student answers graded | 28 |",
            "| of these MATCH | 11 |",
            "| `paper@0123456789ab` | labelled completions | rollout | 11 | 17 |",
            "| right | groups |\n| --- | --- |\n| 0 | 2 |\n| 1 | 2 |\n| 2 | 1 |\n| 3 | 1 |\n| 4 | 1 |\n",
            "| `paper@0123456789ab` | 1 | 11 | 17 | 7 |",
            "Not checked: no benchmark was given to the export.");
  }

  @Test
  void theCardTellsWhatTheModelsTook() throws Exception {
    assertThat(card(MANIFEST, List.of()))
        .contains(
            "| `http://127.0.0.1:1234/v1` | `teacher-model` | `solve` | 2 | 1 | 100 | 20 | 0.5 | 0.2 |",
            "| `http://127.0.0.1:1234/v1` | `teacher-model` | `suggest-and-edit` | 1 | 1 | 100 | 20 | 0.3 | 0.1 |",
            "| all |  |  | 3 | 2 | 200 | 40 | 0.8 | 0.3 |");
  }

  @Test
  void aVersionCutBeforeCallsWereKeptSaysSo() throws Exception {
    Manifest older =
        new Manifest(1, "main", List.of(), MANIFEST.topics().subList(1, Manifest.TOPICS.size()));
    assertThat(card(older, List.of()))
        .contains("Not recorded: the version was cut without the calls of models.")
        .contains("| problems admitted | 2 |");
  }

  @Test
  void theCardReportsWhichBenchmarkQuestionsAreThere() throws Exception {
    Path file = dir.resolve("benchmark.jsonl");
    Files.writeString(
        file, "{\"question\":\"How much is p1? \\\"é\\\"\"}\n{\"question\":\"Other words.\"}\n");
    assertThat(card(MANIFEST, List.of(Benchmark.read(file))))
        .contains(
            "### `benchmark.jsonl`",
            "| SHA-256 of the file | `%s` |".formatted(Ids.contentHash(Files.readAllBytes(file))),
            "| questions | 2 |",
            "| problems compared with | 2 |",
            "| exact copies | 1 | 1 |")
        .doesNotContain("Not checked");
  }

  private String card(Manifest manifest, List<Benchmark> benchmarks) throws Exception {
    Export.write(manifest, HandMade.small(), Format.JSONL, dir.resolve("out"), benchmarks);
    return Files.readString(dir.resolve("out/README.md"));
  }

  @Test
  void everyFormatHoldsTheSameRowsUnderTheSameNames() throws Exception {
    Map<String, Long> lines =
        Export.write(MANIFEST, HandMade.of(7), Format.JSONL, dir.resolve("jsonl"), List.of());
    Map<String, Long> parquet =
        Export.write(MANIFEST, HandMade.of(7), Format.PARQUET, dir.resolve("parquet"), List.of());
    assertThat(parquet).hasSameSizeAs(Tables.ALL);
    for (Table<?, ?> table : Tables.ALL) {
      FileMetaData footer =
          ParquetFooter.read(dir.resolve("parquet").resolve(table.name() + ".parquet"));
      assertThat(footer.getNum_rows())
          .isEqualTo(parquet.get(table.name() + ".parquet"))
          .isEqualTo(lines.get(table.name() + ".jsonl"));
      assertThat(footer.getSchema().subList(1, footer.getSchemaSize()))
          .extracting(SchemaElement::getName)
          .containsExactlyElementsOf(table.columns().stream().map(Column::name).toList());
      assertThat(footer.getRow_groups())
          .allSatisfy(
              group ->
                  assertThat(group.getColumns())
                      .allSatisfy(
                          column -> {
                            assertThat(column.getMeta_data().getCodec())
                                .isEqualTo(CompressionCodec.ZSTD);
                            assertThat(column.getMeta_data().getEncodings())
                                .as("a set's order is another in another JVM")
                                .isSorted();
                          }));
    }
  }

  @Test
  void leavesOutAConfigurationWithoutRows() throws Exception {
    HandMade problemsOnly = new HandMade();
    HandMade.small().each(Topics.PROBLEMS, problem -> problemsOnly.with(Topics.PROBLEMS, problem));
    for (Format format : Format.values()) {
      Path out = dir.resolve("out-" + format);
      Map<String, Long> rows = Export.write(MANIFEST, problemsOnly, format, out, List.of());
      assertThat(rows).hasSize(format == Format.HF ? 1 : Tables.ALL.size());
      assertThat(Files.readString(out.resolve("README.md")))
          .contains("config_name: problems")
          .doesNotContain("config_name: kto");
    }
    assertThat(dir.resolve("out-HF/kto")).doesNotExist();
  }

  @Test
  void leavesAFolderWithFilesAlone() throws Exception {
    Files.writeString(dir.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> Export.write(MANIFEST, HandMade.small(), Format.JSONL, dir, List.of()))
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("the folder is not empty");
    assertThat(Folders.bytes(dir)).containsOnlyKeys("mine.txt");
  }

  private List<String> jsonl(String kind) throws Exception {
    Path out = dir.resolve("jsonl-" + kind);
    Export.write(MANIFEST, HandMade.small(), Format.JSONL, out, List.of());
    return Files.readAllLines(out.resolve(kind + ".jsonl"));
  }
}
