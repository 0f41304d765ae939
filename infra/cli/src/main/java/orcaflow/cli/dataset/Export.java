package orcaflow.cli.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orcaflow.events.Problem;
import orcaflow.schemas.Topic;
import orcaflow.service.AtomicFile;
import orcaflow.service.Folders;

/**
 * Writes a version into a folder. Nothing in it tells when or where it was written: the same
 * version gives the same bytes. Rows of one table at a time are held in memory, to sort them.
 */
public final class Export {

  /** What the folder looks like. */
  public enum Format {
    /** A file of JSON lines for each kind of rows: {@code problems.jsonl} and so on. */
    JSONL(new JsonLines(), Layout.FLAT),
    /** The same as Parquet. */
    PARQUET(new ParquetRows(), Layout.FLAT),
    /** What is trained on, with the problems, laid out as on a hub: {@code kto/train.parquet}. */
    HF(new ParquetRows(), Layout.HUB);

    private final RowFile form;
    private final Layout layout;

    Format(RowFile form, Layout layout) {
      this.form = form;
      this.layout = layout;
    }

    private String path(Table<?, ?> table) {
      String stem = layout == Layout.FLAT ? table.name() : table.config() + "/train";
      return stem + "." + form.suffix();
    }
  }

  private enum Layout {
    /** One file a topic, empty ones too. */
    FLAT(Tables.ALL),
    /** One folder a configuration; one without rows could not be loaded, and is left out. */
    HUB(List.of(Tables.PROBLEMS, Tables.DEMONSTRATIONS, Tables.LABELLED, Tables.PAIRS));

    private final List<Table<?, ?>> tables;

    Layout(List<Table<?, ?>> tables) {
      this.tables = tables;
    }
  }

  /**
   * One file written.
   *
   * @param path within the folder
   */
  record File(String path, Table<?, ?> table, long rows) {}

  private Export() {}

  /**
   * Writes all files, then moves the folder to its place, so that a folder there is whole.
   *
   * @param folder must not be there, or be empty
   * @param benchmarks what the problems are compared with, for the card
   * @return rows by file
   */
  public static Map<String, Long> write(
      Manifest manifest, Source source, Format format, Path folder, List<Benchmark> benchmarks)
      throws BadDataset, IOException {
    Path place = folder.toAbsolutePath().normalize();
    requireFree(place);
    Path draft = place.resolveSibling("." + place.getFileName() + ".partial");
    Folders.delete(draft);
    Files.createDirectories(draft);
    List<File> files = writeAll(manifest, source, format, draft, benchmarks);
    Files.deleteIfExists(place);
    AtomicFile.move(draft, place);
    Map<String, Long> rows = new LinkedHashMap<>();
    files.forEach(file -> rows.put(file.path(), file.rows()));
    return rows;
  }

  private static List<File> writeAll(
      Manifest manifest, Source source, Format format, Path folder, List<Benchmark> benchmarks)
      throws BadDataset, IOException {
    ProblemIndex problems = new ProblemIndex();
    DatasetStatistics census = new DatasetStatistics();
    try (Contamination contamination = new Contamination(benchmarks)) {
      for (Topic<?> topic : manifest.kinds()) {
        source.each(
            topic,
            event -> {
              problems.add(event);
              census.add(event);
              if (event instanceof Problem problem) {
                contamination.add(problem);
              }
            });
      }
      List<File> files = new ArrayList<>();
      for (Table<?, ?> table : format.layout.tables) {
        Path file = folder.resolve(format.path(table));
        Files.createDirectories(file.getParent());
        long rows = table.write(source, problems, format.form, file);
        if (rows == 0 && format.layout == Layout.HUB) {
          Folders.delete(file.getParent());
        } else {
          files.add(new File(format.path(table), table, rows));
        }
      }
      if (files.isEmpty()) {
        throw new BadDataset("version %s has no rows to train on".formatted(manifest.version()));
      }
      Files.writeString(
          folder.resolve("README.md"), Card.of(manifest, census, contamination.found(), files));
      // As it was hashed: no line end, so that sha256sum prints the version.
      Files.writeString(folder.resolve("manifest.json"), manifest.canonical());
      return files;
    }
  }

  private static void requireFree(Path folder) throws BadDataset, IOException {
    if (folder.getFileName() == null || Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new BadDataset("--out %s: not a folder".formatted(folder));
    }
    if (Files.exists(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw new BadDataset(
              "--out %s: the folder is not empty, give a new one".formatted(folder));
        }
      }
    }
  }
}
