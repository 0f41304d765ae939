package orcaflow.agents.seed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.schemas.Ids;

/**
 * Where rows come from: a file, or all files of known kinds in a folder, in the order of their
 * names.
 *
 * @param columns which of its columns are ours, if that is given
 * @param heldOut ids of problems whose rows are left out, as they are questions of the benchmark
 */
public record SeedInput(Path path, Columns columns, Set<String> heldOut) {

  private static final Set<String> KNOWN =
      Set.of("jsonl", "ndjson", "json", "csv", "tsv", "xml", "parquet");

  public SeedInput {
    heldOut = Set.copyOf(heldOut);
  }

  /** A file or folder whose forms are recognised. */
  public static SeedInput of(Path path) {
    return new SeedInput(path, Columns.KNOWN, Set.of());
  }

  /** The same without the rows of these problems. */
  public SeedInput without(Set<String> problems) {
    return new SeedInput(path, columns, problems);
  }

  /**
   * Its files.
   *
   * @throws Seeding.BadSeedFile if it is a folder without any
   */
  public List<Path> files() {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files = filesByNow();
    if (files.isEmpty()) {
      throw new Seeding.BadSeedFile(
          "%s: no file in it has one of these endings: %s (also with .gz and .zst)"
              .formatted(path, KNOWN.stream().sorted().collect(Collectors.joining(", "))));
    }
    return files;
  }

  /** The files that are in the folder now; there may be none yet. */
  List<Path> filesByNow() {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(file -> Files.isRegularFile(file) && isKnown(path.relativize(file)))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static boolean isKnown(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    String name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
    return KNOWN.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * The rows, without those held out.
   *
   * @throws Seeding.BadSeedFile if a file is missing or cannot be opened
   */
  public SeedRows rows() {
    return heldOut.isEmpty() ? open() : new WithoutHeldOut(open(), forms(), heldOut);
  }

  /**
   * The rows, those held out included.
   *
   * @throws Seeding.BadSeedFile if a file is missing or cannot be opened
   */
  SeedRows open() {
    return Files.isDirectory(path) ? new SeedFolder(files()) : SeedFile.open(path);
  }

  Forms forms() {
    return new Forms(columns);
  }

  /** What each file is: {@code JSON array}, {@code CSV, gzip}. */
  public List<String> kinds() {
    return files().stream().map(file -> SeedFile.kind(file).name()).distinct().toList();
  }

  /** Name and hash of all bytes, and the columns if they are given. */
  public String named() throws IOException {
    return Ids.named(path.getFileName().toString(), hash())
        + (columns.given() ? " " + columns : "");
  }

  /** SHA-256 of the file; of names and hashes, if there are several. */
  public String hash() throws IOException {
    if (!Files.isDirectory(path)) {
      return Ids.contentHash(Files.readAllBytes(path));
    }
    StringBuilder all = new StringBuilder();
    for (Path file : files()) {
      all.append(path.relativize(file))
          .append(' ')
          .append(Ids.contentHash(Files.readAllBytes(file)))
          .append('\n');
    }
    return Ids.contentHash(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
