package orcaflow.cli.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of rows.
 *
 * @param topic where they come from; its name is the table's
 * @param doc what a row is, in a sentence
 * @param rows of an event
 * @param id of a row, by which a table is sorted
 * @param problem id of the row's problem
 */
record Table<T extends SpecificRecord, R>(
    Topic<T> topic,
    String doc,
    Function<T, List<R>> rows,
    Function<R, String> id,
    Function<R, String> problem,
    List<Column<R>> columns) {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  String name() {
    return topic.name();
  }

  /** Every row as a line of JSON, sorted by id. */
  List<String> lines(Source source, ProblemIndex problems) {
    record Line(String id, String json) {}
    List<Line> lines = new ArrayList<>();
    source.each(
        topic,
        event -> {
          for (R row : rows.apply(event)) {
            lines.add(new Line(id.apply(row), json(row, problems.about(problem.apply(row)))));
          }
        });
    // By content after the id: an id stands once in a topic, but if not, order still never varies.
    lines.sort(Comparator.comparing(Line::id).thenComparing(Line::json));
    return lines.stream().map(Line::json).toList();
  }

  private String json(R row, About about) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column.name(), column.value().apply(row, about)));
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row is always JSON", e);
    }
  }
}
