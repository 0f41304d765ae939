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
import orcaflow.streams.grade.Judge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsMainTest {

  @TempDir Path folder;

  @Test
  void theDefaultFileHoldsTheEmbeddedDefaults() throws IOException {
    StreamsFile file = read(StreamsMain.defaults(), Map.of());
    StreamsConfig embedded = StreamsConfig.embedded(Path.of("orcaflow-data/streams"));

    assertThat(file.cluster().run()).isEqualTo("main");
    assertThat(file.settings().admit()).isEqualTo(embedded.admit());
    assertThat(file.settings().schedule()).isEqualTo(embedded.schedule());
    assertThat(file.settings().grade()).isEqualTo(embedded.grade());
    assertThat(file.settings().engine().instance()).isEmpty();
    assertThat(file.settings().engine().commitMillis()).isEqualTo(embedded.engine().commitMillis());
  }

  @Test
  void theEnvironmentHasTheLastWord() throws IOException {
    StreamsFile file =
        read(
            StreamsMain.defaults().replace("# instance: one", "instance: one"),
            Map.of(
                "ORCAFLOW_STREAMS_CLUSTER_RUN", "other",
                "ORCAFLOW_STREAMS_ENGINE_INSTANCE", "two",
                "ORCAFLOW_STREAMS_GRADE_JUDGE", "all"));

    assertThat(file.cluster().run()).isEqualTo("other");
    assertThat(file.engine().instance()).isEqualTo(Optional.of("two"));
    assertThat(file.grade().judge()).isEqualTo(Judge.ALL);
  }

  @Test
  void namesFileKeyAndValueOfWhatIsWrong() {
    assertThatThrownBy(
            () -> read(StreamsMain.defaults().replace("threads: 1", "threads: 0"), Map.of()))
        .hasMessageEndingWith("s.yaml: engine: engine.threads is '0': give 1 to 64");
    assertThatThrownBy(
            () -> read(StreamsMain.defaults().replace("shortest: 20", "shortest: 5000"), Map.of()))
        .hasMessageContaining("admit.longest is 4000: use at least admit.shortest, 5000");
    assertThatThrownBy(() -> read(StreamsMain.defaults().replace("\"off\"", "maybe"), Map.of()))
        .hasMessageContaining("grade.judge")
        .hasMessageContaining("maybe");
  }

  @Test
  void saysHowToUseItAndWhatIsMissing() throws InterruptedException {
    assertThat(run("--help")).startsWith("0 streams: ");
    assertThat(run("--default-config")).startsWith("0 # Every setting");
    assertThat(run()).startsWith("2 streams: ");
    Path absent = folder.resolve("absent.yaml");
    assertThat(run("--config", absent.toString()))
        .isEqualTo("2 %s: there is no such file%n".formatted(absent));
  }

  private static String run(String... arguments) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream text = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int code = StreamsMain.run(arguments, Map.of(), text, text);
    return code + " " + bytes.toString(StandardCharsets.UTF_8);
  }

  private StreamsFile read(String text, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("s.yaml"), text);
    return StreamsFile.read(file, environment);
  }
}
