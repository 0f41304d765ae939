package orcaflow.cli.dataset;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orcaflow.schemas.Topic;

/**
 * Writes a version into a folder. Nothing in it tells when or where it was written: the same
 * version gives the same bytes. Rows of one table at a time are held in memory, to sort them.
 */
public final class Export {

  /** What the folder looks like. */
  public enum Format {
    /** One file a kind: {@code problems.jsonl} and so on. */
    JSONL,
    /** What {@code datasets.load_dataset} takes: configs problems, sft, kto and dpo. */
    HF
  }

  /**
   * One file written.
   *
   * @param config its name for the library
   * @param path within the folder
   */
  record File(String config, String path, Table<?, ?> table, long rows) {}

  private record Plan(String config, String path, Table<?, ?> table) {}

  private static final List<Plan> JSONL =
      Tables.ALL.stream()
          .map(table -> new Plan(table.name(), table.name() + ".jsonl", table))
          .toList();
  private static final List<Plan> HF =
      List.of(
          new Plan("problems", "problems/train.jsonl", Tables.PROBLEMS),
          new Plan("sft", "sft/train.jsonl", Tables.DEMONSTRATIONS),
          new Plan("kto", "kto/train.jsonl", Tables.LABELLED),
          new Plan("dpo", "dpo/train.jsonl", Tables.PAIRS));

  private Export() {}

  /**
   * Writes all files, then moves the folder to its place, so that a folder there is whole.
   *
   * @param folder must not be there, or be empty
   * @return rows by file
   */
  public static Map<String, Long> write(
      Manifest manifest, Source source, Format format, Path folder) throws BadDataset, IOException {
    Path place = folder.toAbsolutePath().normalize();
    requireFree(place);
    Path draft = place.resolveSibling("." + place.getFileName() + ".partial");
    delete(draft);
    Files.createDirectories(draft);
    List<File> files = writeAll(manifest, source, format, draft);
    Files.deleteIfExists(place);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Map<String, Long> rows = new LinkedHashMap<>();
    files.forEach(file -> rows.put(file.path(), file.rows()));
    return rows;
  }

  private static List<File> writeAll(Manifest manifest, Source source, Format format, Path folder)
      throws BadDataset, IOException {
    ProblemIndex problems = new ProblemIndex();
    Tally tally = new Tally();
    for (Topic<?> topic : Manifest.TOPICS) {
      source.each(
          topic,
          event -> {
            problems.add(event);
            tally.add(event);
          });
    }
    List<File> files = new ArrayList<>();
    for (Plan plan : format == Format.HF ? HF : JSONL) {
      List<String> lines = plan.table().lines(source, problems);
      // The library cannot load a configuration without rows.
      if (format == Format.JSONL || !lines.isEmpty()) {
        write(folder.resolve(plan.path()), lines);
        files.add(new File(plan.config(), plan.path(), plan.table(), lines.size()));
      }
    }
    if (files.isEmpty()) {
      throw new BadDataset("version %s has no rows to train on".formatted(manifest.version()));
    }
    String header = format == Format.HF ? Card.header(manifest, files) : "";
    Files.writeString(folder.resolve("README.md"), header + Card.of(manifest, tally, files));
    // As it was hashed: no line end, so that sha256sum prints the version.
    Files.writeString(folder.resolve("manifest.json"), manifest.canonical());
    return files;
  }

  private static void write(Path file, List<String> lines) throws IOException {
    Files.createDirectories(file.getParent());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (String line : lines) {
        out.write(line);
        out.write('\n');
      }
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

  /** What an export that was killed left behind. */
  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> inside = Files.walk(folder)) {
        for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
