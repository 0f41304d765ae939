package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orcaflow.streams.admit.AdmitSettings;
import orcaflow.streams.admit.BenchmarkLimits;
import orcaflow.streams.admit.NearDuplicates;
import orcaflow.streams.admit.NearDuplicates.Among;
import orcaflow.streams.grade.Judge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsMainTest {

  private static final String RECIPE =
      """
      name: short
      seed: 1
      expansion: { askShare: 0, rounds: 0 }
      student: { hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 64, words: 100 }
      rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 64 }
      labelling: rollouts
      iterations:
        - { name: M1, algorithm: sft, steps: 1, batch: 1, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, weightDecay: 0, beta2: 0.95, clip: 1 }
      """;

  @TempDir Path folder;

  @Test
  void theDefaultFileHoldsTheEmbeddedDefaults() throws IOException {
    StreamsFile file = read(StreamsFile.defaultText(), Map.of());
    StreamsConfig embedded = StreamsConfig.embedded(Path.of("orcaflow-data/streams"));

    assertThat(file.cluster().run()).isEqualTo("main");
    assertThat(file.streams().admit()).isEqualTo(embedded.admit());
    assertThat(file.streams().schedule()).isEqualTo(embedded.schedule());
    assertThat(file.streams().grade()).isEqualTo(embedded.grade());
    assertThat(file.streams().engine().instance()).isEmpty();
    assertThat(file.streams().engine().commitMillis()).isEqualTo(embedded.engine().commitMillis());
  }

  @Test
  void theEnvironmentHasTheLastWord() throws IOException {
    StreamsFile file =
        read(
            StreamsFile.defaultText().replace("# instance: one", "instance: one"),
            Map.of(
                "ORCAFLOW_CLUSTER_RUN", "other",
                "ORCAFLOW_STREAMS_ENGINE_INSTANCE", "two",
                "ORCAFLOW_STREAMS_GRADE_SECOND_CHECKER", "true",
                "ORCAFLOW_STREAMS_GRADE_JUDGE", "all"));

    assertThat(file.cluster().run()).isEqualTo("other");
    assertThat(file.streams().engine().instance()).isEqualTo(Optional.of("two"));
    assertThat(file.streams().grade().judge()).isEqualTo(Judge.ALL);
    assertThat(file.streams().grade().secondChecker()).isTrue();
  }

  @Test
  void aFileFromBeforeTheSecondCheckerRunsWithoutIt() throws IOException {
    String before = StreamsFile.defaultText().replaceFirst("secondChecker: false", "");

    assertThat(read(before, Map.of()).streams().grade().secondChecker()).isFalse();
  }

  @Test
  void theFileTurnsOnWhatKeepsProblemsOut() throws IOException {
    String text =
        StreamsFile.defaultText()
            .replace("# language: eng", "language: eng")
            .replace("ngrams: {}", "ngrams: {1: 0.5, 3: 0.4}")
            .replace("# cosine: 0.9", "cosine: 0.9")
            .replace("among: none", "among: ancestors");
    AdmitSettings admit = read(text, Map.of()).streams().admit();

    assertThat(admit.language()).contains("eng");
    assertThat(admit.benchmark())
        .isEqualTo(new BenchmarkLimits(Map.of(1, 0.5, 3, 0.4), Optional.of(0.9)));
    assertThat(admit.nearDuplicates())
        .isEqualTo(new NearDuplicates(Among.ANCESTORS, 0.7, 3, false));
    assertThat(StreamsFile.defaultText()).contains("among: none", "ngrams: {}", "# language");
  }

  @Test
  void namesFileKeyAndValueOfWhatIsWrong() {
    assertThatThrownBy(
            () -> read(StreamsFile.defaultText().replace("threads: 1", "threads: 0"), Map.of()))
        .hasMessageEndingWith("s.yaml: streams.engine: engine.threads is '0': give 1 to 64");
    assertThatThrownBy(
            () ->
                read(StreamsFile.defaultText().replace("shortest: 20", "shortest: 5000"), Map.of()))
        .hasMessageContaining("admit.longest is 4000: use at least admit.shortest, 5000");
    assertThatThrownBy(() -> read(StreamsFile.defaultText().replace("\"off\"", "maybe"), Map.of()))
        .hasMessageContaining("grade.judge")
        .hasMessageContaining("maybe");
  }

  @Test
  void saysHowToUseItAndWhatIsMissing() {
    assertThat(run("--help")).startsWith("0 streams: ");
    assertThat(run("--print-config")).startsWith("0 # Every setting");
    assertThat(run()).startsWith("2 streams: ");
    Path absent = folder.resolve("absent.yaml");
    assertThat(run("--config", absent.toString()))
        .isEqualTo("2 streams: %s: there is no such file%n".formatted(absent));
  }

  @Test
  void aBrokerThatCannotBeAskedIsOneSentence() throws Exception {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), RECIPE);
    Path file =
        Files.writeString(
            folder.resolve("s.yaml"),
            StreamsFile.defaultText()
                .replace("127.0.0.1:9092", "no-port")
                .replace("recipe: orca-math", "recipe: " + recipe));

    assertThat(run("--config", file.toString()))
        .startsWith("2 streams: cannot start: Invalid url in bootstrap.servers: no-port")
        .hasLineCount(1);
  }

  private static String run(String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream text = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int code = StreamsMain.command().run(arguments, Map.of(), text, text);
    return code + " " + bytes.toString(StandardCharsets.UTF_8);
  }

  private StreamsFile read(String text, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("s.yaml"), text);
    return StreamsFile.read(file, environment);
  }
}
