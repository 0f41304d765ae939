package orcaflow.cli.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How rows become a file: the same rows, the same bytes. */
sealed interface RowFile permits JsonLines, ParquetRows {

  /** Without the dot. */
  String suffix();

  <R> void write(Path file, List<Column<R>> columns, List<DatasetRow<R>> rows) throws IOException;
}
