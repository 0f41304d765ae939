package orcaflow.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orcaflow.service.AtomicFile;

/** What a benchmark measured, for people and for programs. */
record Report(String bench, String machine, List<Measure> measures) {

  private static final ObjectMapper JSON = new ObjectMapper();

  boolean kept() {
    return measures.stream().allMatch(Measure::kept);
  }

  /** As a table; the bound says which direction is the good one. */
  String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("measure", "value", "unit", "min", "max", "runs", "wanted", "", "peer"));
    for (Measure measure : measures) {
      Spread spread = measure.spread();
      rows.add(
          List.of(
              measure.name(),
              Numbers.plain(spread.median()),
              measure.unit(),
              Numbers.plain(spread.min()),
              Numbers.plain(spread.max()),
              Integer.toString(spread.runs()),
              measure.bound().toString(),
              measure.bound() instanceof Bound.Open ? "" : measure.kept() ? "kept" : "MISSED",
              measure.peer()));
    }
    StringBuilder table = new StringBuilder();
    table.append("bench %s on %s%n".formatted(bench, machine));
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }

  String json() throws IOException {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (Measure measure : measures) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("name", measure.name());
      line.put("value", measure.value());
      line.put("unit", measure.unit());
      line.put("peer", measure.peer().isEmpty() ? null : measure.peer());
      line.put(
          "floor",
          measure.bound().limit().isPresent() ? measure.bound().limit().getAsDouble() : null);
      line.put("min", measure.spread().min());
      line.put("max", measure.spread().max());
      line.put("runs", measure.spread().runs());
      lines.add(line);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("bench", bench);
    all.put("machine", machine);
    all.put("measures", lines);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }

  /** Whole or not at all. */
  void write(Path file) throws IOException {
    AtomicFile.write(file, json() + System.lineSeparator());
  }
}
