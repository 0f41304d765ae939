package orcaflow.cli.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of rows.
 *
 * @param config what the {@code datasets} library calls it, after what it trains where it does
 * @param topic where they come from
 * @param doc what a row is, in a sentence
 * @param rows of an event
 * @param id of a row, by which a table is sorted
 * @param problem id of the row's problem
 */
record Table<T extends SpecificRecord, R>(
    String config,
    Topic<T> topic,
    String doc,
    Function<T, List<R>> rows,
    Function<R, String> id,
    Function<R, String> problem,
    List<Column<R>> columns) {

  String name() {
    return topic.name();
  }

  /**
   * Writes every row, sorted by id.
   *
   * @return how many
   */
  long write(Source source, ProblemIndex problems, RowFile form, Path file) throws IOException {
    List<DatasetRow<R>> all = new ArrayList<>();
    source.each(
        topic,
        event -> {
          for (R row : rows.apply(event)) {
            all.add(new DatasetRow<>(row, problems.about(problem.apply(row))));
          }
        });
    // By content after the id: an id stands once in a topic, but if not, order still never varies.
    all.sort(
        Comparator.comparing((DatasetRow<R> row) -> id.apply(row.event()))
            .thenComparing(row -> JsonLines.line(columns, row)));
    form.write(file, columns, all);
    return all.size();
  }
}
