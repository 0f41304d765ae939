package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.testing.InstalledProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files for Prometheus and Grafana fit the code, and Prometheus' own checker takes them. Where
 * {@code promtool} is not on the path (Debian: package {@code prometheus}), that part is skipped.
 */
class MonitoringFilesTest {

  private static final Pattern ALERT = Pattern.compile("alert(?:name)?: (\\w+)");
  private static final Pattern DRILL = Pattern.compile("Drill\\(\\s+\"(\\w+)\",");
  private static final Pattern FIRES =
      Pattern.compile("alertname: (\\w+)\\s+exp_alerts:", Pattern.MULTILINE);

  @TempDir private Path dir;

  @Test
  void rulesAndBoardsNameWhatTheCodeShows() throws IOException {
    for (String file : List.of("recording.yml", "alerts.yml", "tests.yml")) {
      String text = Files.readString(MonitoringFiles.PROMETHEUS.resolve(file));
      assertThat(MonitoringFiles.unknown(text)).as(file).isEmpty();
    }
    assertThat(MonitoringFiles.boards()).hasSize(5);
    for (Path file : MonitoringFiles.boards()) {
      assertThat(MonitoringFiles.unknown(Files.readString(file))).as(file.toString()).isEmpty();
    }
    assertThat(MonitoringFiles.unknown("sum(orcaflow_train_lost) / orcaflow:no:rule"))
        .containsExactly("orcaflow:no:rule", "orcaflow_train_lost");
  }

  @Test
  void everyMetricIsInAFile() throws IOException {
    StringBuilder all =
        new StringBuilder(Files.readString(MonitoringFiles.PROMETHEUS.resolve("recording.yml")));
    for (Path file : MonitoringFiles.boards()) {
      all.append(Files.readString(file));
    }
    String text = all.toString();
    assertThat(Metric.values())
        .filteredOn(metric -> metric.series().stream().noneMatch(name -> named(name, text)))
        .as("what nobody would see")
        .containsExactlyInAnyOrder(
            Metric.BUILD_INFO,
            Metric.SPANS_LOST,
            Metric.ENDPOINT_IGNORED_HEADERS,
            Metric.STAGE_CONSUMED,
            Metric.STAGE_OUTPUTS,
            Metric.STREAMS_CONSUMED,
            Metric.STREAMS_REPEATED,
            Metric.GRADE_JUDGE_REQUESTS,
            Metric.PAIR_DEMONSTRATIONS,
            Metric.PAIR_PAIRS,
            Metric.TRAIN_STEP,
            Metric.TRAIN_STEP_TOKENS);
  }

  @Test
  void boardsCanBeImported() throws IOException {
    List<String> ids = new ArrayList<>();
    for (Path file : MonitoringFiles.boards()) {
      JsonNode board = MonitoringFiles.board(file);
      ids.add(board.get("uid").asText());
      assertThat(board.at("/templating/list/0/type").asText()).isEqualTo("datasource");
      Set<Integer> panels = new HashSet<>();
      for (JsonNode panel : board.get("panels")) {
        assertThat(panels.add(panel.get("id").asInt())).as("ids of panels differ").isTrue();
        assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
            .as(panel.get("title").asText())
            .isLessThanOrEqualTo(24);
      }
    }
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.startsWith("orcaflow-"));
  }

  @Test
  void everyAlertIsTestedToFire() throws IOException {
    assertThat(names(FIRES, "tests.yml")).isEqualTo(names(ALERT, "alerts.yml")).hasSize(12);
  }

  /** The drill itself takes too long for a build. */
  @Test
  void everyAlertIsDrilledWithAFaultOfItsOwn() throws IOException {
    String drills = Files.readString(MonitoringFiles.PROMETHEUS.resolve("drilling/faults.py"));
    List<String> drilled = DRILL.matcher(drills).results().map(match -> match.group(1)).toList();
    assertThat(drilled)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(names(ALERT, "alerts.yml"));
    String page = Files.readString(MonitoringFiles.ROOT.resolve("docs/monitoring.md"));
    assertThat(drilled)
        .as("rows of the table of the drill in docs/monitoring.md")
        .allMatch(
            alert ->
                Pattern.compile("\\| `%s` \\|.*\\| \\d+ s \\|".formatted(alert))
                    .matcher(page)
                    .find());
  }

  @Test
  void prometheusTakesTheRulesAndTheirTestsPass() throws Exception {
    promtool("check", "config", path("prometheus.yml"));
    promtool("test", "rules", path("tests.yml"));
  }

  /** As rules, as the checker reads no boards. */
  @Test
  void prometheusTakesTheQueriesOfTheBoards() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n  - name: boards\n    rules:\n");
    int number = 0;
    for (Path file : MonitoringFiles.boards()) {
      for (String query : MonitoringFiles.queries(MonitoringFiles.board(file)).values()) {
        rules
            .append("      - record: board:query:%d\n".formatted(number++))
            .append("        expr: '%s'\n".formatted(query.replace("$__rate_interval", "1m")));
      }
    }
    assertThat(number).isGreaterThan(60);
    Path file = Files.writeString(dir.resolve("boards.yml"), rules);
    promtool("check", "rules", file.toString());
  }

  private static boolean named(String series, String text) {
    return Pattern.compile("\\b" + series + "\\b").matcher(text).find();
  }

  private static Set<String> names(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(MonitoringFiles.PROMETHEUS.resolve(file)))
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toSet());
  }

  private static String path(String file) {
    return MonitoringFiles.PROMETHEUS.resolve(file).toString();
  }

  private static void promtool(String... arguments) throws Exception {
    assumeTrue(
        InstalledProgram.find("promtool").isPresent(),
        "promtool is not on the path: apt-get install prometheus");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
