package orcaflow.cli.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.schemas.Ids;
import orcaflow.service.AtomicFile;

/** What comes with orcaflow: seed problems, the benchmark, the validation questions. */
public final class BundledFiles {

  public static final String SEEDS = "seeds.jsonl.gz";
  public static final String BENCHMARK = "benchmark.jsonl";
  public static final String VALIDATION = "validation.jsonl";

  private BundledFiles() {}

  /** SHA-256 of a file, in hex. */
  public static String hash(Path file) throws IOException {
    return Ids.contentHash(Files.readAllBytes(file));
  }

  /** Puts a shipped data file into the run's folder, where every service can read it. */
  public static Path unpack(String name, Path dir) throws IOException {
    Path target = dir.resolve(name);
    try (InputStream data = BundledFiles.class.getResourceAsStream("/orcaflow/" + name)) {
      if (data == null) {
        throw new IOException("this build lacks the resource orcaflow/" + name);
      }
      AtomicFile.write(target, data.readAllBytes());
    }
    return target;
  }
}
