package orcaflow.cli.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.schemas.Ids;
import orcaflow.service.AtomicFile;

/** What comes with orcaflow: recipes, seed problems, the benchmark. */
public final class BundledFiles {

  public static final String SEEDS = "seeds.jsonl.gz";
  public static final String BENCHMARK = "benchmark.jsonl";

  /** Names of the recipes. */
  public static final String RECIPES = "orca-math, rejection-sampling, short, sft, kto, dpo";

  private BundledFiles() {}

  /** Text of a recipe: a shipped one by name, or a file. */
  public static String recipe(String nameOrFile) throws IOException {
    try (InputStream shipped =
        BundledFiles.class.getResourceAsStream("/orcaflow/recipes/" + nameOrFile + ".yaml")) {
      if (shipped != null) {
        return new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new java.io.FileNotFoundException(
          "recipe '%s' is neither a shipped one (%s) nor a file".formatted(nameOrFile, RECIPES));
    }
    return Files.readString(file);
  }

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
