package orcaflow.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files for Prometheus and Grafana, and the names in them. */
final class MonitoringFiles {

  static final Path ROOT = Path.of(System.getProperty("orcaflow.root", "../.."));
  static final Path PROMETHEUS = ROOT.resolve("infra/prometheus");
  static final Path GRAFANA = ROOT.resolve("infra/grafana");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SERIES = Pattern.compile("\\borcaflow_\\w+");
  private static final Pattern RECORDED = Pattern.compile("\\borcaflow:[\\w:]+");
  private static final Pattern RECORD = Pattern.compile("record: (\\S+)");

  private MonitoringFiles() {}

  static List<Path> boards() throws IOException {
    try (Stream<Path> files = Files.list(GRAFANA)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  static JsonNode board(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  /** The queries of a board, by the title of their panel and their letter. */
  static Map<String, String> queries(JsonNode board) {
    Map<String, String> queries = new LinkedHashMap<>();
    for (JsonNode panel : board.get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        queries.put(
            panel.get("title").asText() + " " + target.get("refId").asText(),
            target.get("expr").asText());
      }
    }
    return queries;
  }

  /** Names in a text that neither the catalogue nor a recording rule has. */
  static Set<String> unknown(String text) throws IOException {
    Set<String> known =
        Arrays.stream(Metric.values())
            .flatMap(metric -> metric.series().stream())
            .collect(Collectors.toSet());
    known.addAll(
        RECORD
            .matcher(Files.readString(PROMETHEUS.resolve("recording.yml")))
            .results()
            .map(match -> match.group(1))
            .toList());
    return Stream.of(SERIES, RECORDED)
        .flatMap(pattern -> pattern.matcher(text).results())
        .map(MatchResult::group)
        .filter(name -> !known.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
