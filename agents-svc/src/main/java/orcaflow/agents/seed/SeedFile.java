package orcaflow.agents.seed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** One file of rows. Its kind is recognised by its first bytes and its name. */
final class SeedFile {

  private static final int HEAD_BYTES = 1 << 16;
  private static final String PARQUET = "PAR1";

  /** The last one takes every file. */
  private static final List<FileKind> KINDS =
      Stream.concat(
              ServiceLoader.load(FileKind.class).stream().map(ServiceLoader.Provider::get),
              Stream.of(
                  new JsonArray.Kind(),
                  new ProblemXml.Kind(),
                  new Separated.Kind("CSV", ',', "csv"),
                  new Separated.Kind("TSV", '\t', "tsv"),
                  new JsonLines.Kind()))
          .toList();

  private SeedFile() {}

  /**
   * What a file is.
   *
   * @param name of the kind, with the compression
   */
  record Recognised(FileKind kind, Packed packed) {
    String name() {
      return kind.name()
          + (packed == Packed.PLAIN ? "" : ", " + packed.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * @throws Seeding.BadSeedFile if the file is missing or cannot be opened
   */
  static SeedRows open(Path file) {
    return reading(
        file,
        () -> {
          Recognised what = recognised(file);
          return what.kind().open(file, what.packed().open(file));
        });
  }

  /**
   * The file's kind and compression.
   *
   * @throws Seeding.BadSeedFile if the file is missing or cannot be opened
   */
  static Recognised kind(Path file) {
    return reading(file, () -> recognised(file));
  }

  private static Recognised recognised(Path file) throws IOException {
    Packed packed = Packed.of(file);
    String head;
    try (InputStream bytes = packed.open(file)) {
      head = new String(bytes.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
    }
    if (head.startsWith("\u00FF\u00FE") || head.startsWith("\u00FE\u00FF")) {
      throw new Seeding.BadSeedFile("%s: is UTF-16: save it as UTF-8".formatted(file));
    }
    String text = head.startsWith("\u00EF\u00BB\u00BF") ? head.substring(3) : head;
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String bare = name.replaceFirst("\\.(gz|zst)$", "");
    return KINDS.stream()
        .filter(kind -> kind.is(bare, text))
        .findFirst()
        .map(kind -> new Recognised(kind, packed))
        .filter(what -> !(what.kind() instanceof JsonLines.Kind && head.startsWith(PARQUET)))
        .orElseThrow(
            () ->
                new Seeding.BadSeedFile(
                    "%s: is Parquet, and its reader is not on the class path".formatted(file)));
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  private static <T> T reading(Path file, Step<T> step) {
    try {
      return step.run();
    } catch (NoSuchFileException e) {
      throw new Seeding.BadSeedFile("%s: there is no such file".formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new Seeding.BadSeedFile("%s: may not be read".formatted(file), e);
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
