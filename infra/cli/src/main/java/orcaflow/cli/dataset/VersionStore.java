package orcaflow.cli.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orcaflow.service.AtomicFile;

/** A folder of versions, one file each: {@code <version>.json}. */
public final class VersionStore {

  private static final int SHORTEST_PREFIX = 4;
  private static final String SUFFIX = ".json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * A version in the store.
   *
   * @param version hash of the manifest
   * @param name what a person calls it; no part of the hash
   */
  public record Kept(String version, Optional<String> name, Manifest manifest) {}

  private final Path folder;

  public VersionStore(Path folder) {
    this.folder = folder;
  }

  /** Where a version is kept. */
  public Path file(String version) {
    return folder.resolve(version + SUFFIX);
  }

  /**
   * Keeps a version. One that is there already keeps its name unless it is given another.
   *
   * @throws BadDataset if another version has the name
   */
  public Kept keep(Manifest manifest, Optional<String> name) throws BadDataset, IOException {
    String version = manifest.version();
    Optional<Kept> before = Optional.empty();
    for (Kept kept : all()) {
      if (kept.version().equals(version)) {
        before = Optional.of(kept);
      } else if (name.isPresent() && kept.name().equals(name)) {
        throw new BadDataset(
            "--name %s: version %s has it already, in %s"
                .formatted(name.get(), kept.version(), folder));
      }
    }
    Optional<String> earlier = before.flatMap(Kept::name);
    Kept kept = new Kept(version, name.or(() -> earlier), manifest);
    Files.createDirectories(folder);
    AtomicFile.write(file(version), JSON.writeValueAsString(kept) + "\n");
    return kept;
  }

  /** Every version, in order of hashes. */
  public List<Kept> all() throws BadDataset, IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Kept> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        all.add(read(file));
      }
    }
    return all;
  }

  /**
   * The version of that name or hash; the first {@value #SHORTEST_PREFIX} digits or more will do
   * where no other begins so.
   */
  public Kept find(String wanted) throws BadDataset, IOException {
    List<Kept> all = all();
    List<Kept> found =
        all.stream().filter(kept -> kept.name().filter(wanted::equals).isPresent()).toList();
    if (found.isEmpty() && wanted.length() >= SHORTEST_PREFIX) {
      found = all.stream().filter(kept -> kept.version().startsWith(wanted)).toList();
    }
    if (found.size() != 1) {
      throw new BadDataset(
          "version '%s': %s %s in %s; 'dataset list' shows what is there"
              .formatted(
                  wanted,
                  found.isEmpty() ? "no" : found.size(),
                  found.isEmpty() ? "such version" : "versions begin so",
                  folder));
    }
    return found.get(0);
  }

  private static Kept read(Path file) throws BadDataset, IOException {
    Kept kept;
    try {
      kept = JSON.readValue(file.toFile(), Kept.class);
    } catch (JsonProcessingException e) {
      throw new BadDataset(
          "%s: not a dataset version: %s".formatted(file, e.getOriginalMessage()), e);
    }
    String version = kept.manifest().version();
    if (!version.equals(kept.version())
        || !file.getFileName().toString().equals(version + SUFFIX)) {
      throw new BadDataset(
          "%s: its manifest has the hash %s: the file was changed or renamed"
              .formatted(file, version));
    }
    return kept;
  }
}
