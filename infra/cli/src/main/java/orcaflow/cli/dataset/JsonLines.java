package orcaflow.cli.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object a line; a value that is not there is null. */
record JsonLines() implements RowFile {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  @Override
  public String suffix() {
    return "jsonl";
  }

  @Override
  public <R> void write(Path file, List<Column<R>> columns, List<DatasetRow<R>> rows)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (DatasetRow<R> row : rows) {
        out.write(line(columns, row));
        out.write('\n');
      }
    }
  }

  static <R> String line(List<Column<R>> columns, DatasetRow<R> row) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column.name(), column.of(row)));
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row is always JSON", e);
    }
  }
}
