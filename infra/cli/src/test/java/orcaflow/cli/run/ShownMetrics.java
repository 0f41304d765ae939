package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.service.Metric;

/** What the services of a run show at the addresses that Prometheus would read. */
final class ShownMetrics {

  private static final Pattern HELP = Pattern.compile("# HELP (orcaflow_\\w+) (.*)");
  private static final Pattern SERIES = Pattern.compile("(orcaflow_\\w+)\\{(.*)}");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Prometheus' own, and the service. */
  private static final Set<String> ALWAYS = Set.of("service", "le", "quantile");

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int MOST_VALUES = 30;

  private static final long BETWEEN_MILLIS = 300;

  /** Without the values of series. */
  private final Set<String> lines = new LinkedHashSet<>();

  /** Collects all that is shown until the run ends. */
  static ShownMetrics of(Path dir, RunControlProcess run) throws InterruptedException {
    ShownMetrics shown = new ShownMetrics();
    while (run.isAlive()) {
      try {
        shown.collect(dir.resolve("prometheus-targets.json"));
      } catch (IOException e) {
        // It has not begun to serve, or serves no more.
      }
      Thread.sleep(BETWEEN_MILLIS);
    }
    return shown;
  }

  private void collect(Path targets) throws IOException, InterruptedException {
    JsonNode group = new ObjectMapper().readTree(targets.toFile()).get(0);
    assertThat(group.at("/labels/run").asText()).isEqualTo("main");
    assertThat(group.get("targets")).as("agents, streams, trainer, run").hasSize(4);
    for (JsonNode address : group.get("targets")) {
      URI url = URI.create("http://" + address.asText() + "/metrics");
      HTTP.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .map(line -> line.startsWith("#") ? line : line.replaceFirst(" \\S+$", ""))
          .forEach(lines::add);
    }
  }

  void areThoseOfTheCatalogue() {
    Map<String, Metric> byFamily =
        Arrays.stream(Metric.values()).collect(Collectors.toMap(Metric::family, m -> m));
    Map<String, Metric> bySeries =
        Arrays.stream(Metric.values())
            .flatMap(metric -> metric.series().stream().map(name -> Map.entry(name, metric)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<Metric> shown = new HashSet<>();
    lines.stream()
        .map(HELP::matcher)
        .filter(Matcher::matches)
        .forEach(
            help -> {
              String name = help.group(1);
              String family = byFamily.containsKey(name) ? name : name.replaceFirst("_max$", "");
              assertThat(byFamily).containsKey(family);
              assertThat(help.group(2)).isEqualTo(byFamily.get(family).help());
            });
    Map<String, Set<String>> values = new TreeMap<>();
    lines.stream()
        .map(SERIES::matcher)
        .filter(Matcher::matches)
        .forEach(
            series -> {
              assertThat(bySeries).as(series.group()).containsKey(series.group(1));
              Metric metric = bySeries.get(series.group(1));
              shown.add(metric);
              Set<String> labels = new TreeSet<>();
              LABEL
                  .matcher(series.group(2))
                  .results()
                  .forEach(
                      label -> {
                        labels.add(label.group(1));
                        values
                            .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                            .add(label.group(2));
                      });
              labels.removeAll(ALWAYS);
              assertThat(labels)
                  .as(series.group())
                  .containsExactlyInAnyOrderElementsOf(metric.labels());
            });
    assertThat(values)
        .allSatisfy((label, all) -> assertThat(all).as(label).hasSizeLessThan(MOST_VALUES));
    assertThat(shown)
        .contains(
            Metric.BUILD_INFO,
            Metric.PART_WAITING,
            Metric.MODEL_CALLS,
            Metric.STAGE_FINISHED,
            Metric.ADMIT_DECISIONS,
            Metric.PAIR_ROWS,
            Metric.TRAIN_LOSS,
            Metric.TRAIN_ALARMS,
            Metric.SCORE,
            Metric.POLICY_ITERATION);
  }
}
