package orcaflow.cli.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import orcaflow.agents.seed.FileKind;
import orcaflow.agents.seed.SeedRows;

/** Parquet, known by its first four bytes; its rows are read one row group at a time. */
public final class ParquetKind implements FileKind {

  private static final String MAGIC = "PAR1";

  @Override
  public String name() {
    return "Parquet";
  }

  @Override
  public boolean is(String name, String head) {
    return head.startsWith(MAGIC);
  }

  /** A file inside gzip or zstd is unpacked first: Parquet begins to be read at its end. */
  @Override
  public SeedRows open(Path file, InputStream bytes) throws IOException {
    try (bytes) {
      if (isPlain(file)) {
        return new ParquetSeeds(file, file, Optional.empty());
      }
      Path unpacked = Files.createTempFile("orcaflow", ".parquet");
      try {
        Files.copy(bytes, unpacked, StandardCopyOption.REPLACE_EXISTING);
        return new ParquetSeeds(file, unpacked, Optional.of(unpacked));
      } catch (IOException | RuntimeException e) {
        Files.delete(unpacked);
        throw e;
      }
    }
  }

  private static boolean isPlain(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return new String(bytes.readNBytes(MAGIC.length()), StandardCharsets.ISO_8859_1)
          .equals(MAGIC);
    }
  }
}
