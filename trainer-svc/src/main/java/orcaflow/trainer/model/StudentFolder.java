package orcaflow.trainer.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import orcaflow.service.AtomicFile;
import orcaflow.trainer.tokenizer.StudentTokenizer;

/**
 * A student as Hugging Face keeps one: config.json, model.safetensors (or shards with their index)
 * and tokenizer.json or tokenizer.model.
 */
public record StudentFolder(StudentConfig config, Weights weights, StudentTokenizer tokenizer) {

  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String ADAPTER = "adapter";

  /** What else goes into a folder before it is put in its place. */
  @FunctionalInterface
  private interface Addition {
    void write(Path folder) throws IOException;
  }

  public StudentFolder {
    if (tokenizer.vocabulary() > config.vocabulary()) {
      throw new IllegalArgumentException(
          "the tokenizer has "
              + tokenizer.vocabulary()
              + " ids; the config's vocab_size is "
              + config.vocabulary());
    }
    same("bos_token_id", config.bos(), tokenizer.bos());
    int end = tokenizer.eos();
    if (IntStream.of(config.ends()).noneMatch(id -> id == end)) {
      same("eos_token_id", config.eos(), end);
    }
    config = config.ending(end, List.of());
    weights = weights.fitted(config);
  }

  /** Reads a folder; one clear sentence if a part is missing or does not fit. */
  public static StudentFolder load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is no folder that is there");
    }
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new IllegalArgumentException(
          folder + " holds no " + CONFIG + OtherForms.advice(folder));
    }
    StudentConfig read = StudentConfig.read(folder.resolve(CONFIG));
    StudentConfig config = read.ending(read.eos(), generationEnds(folder.resolve(GENERATION)));
    StudentTokenizer tokenizer = StudentTokenizer.load(folder);
    Weights weights = readWeights(folder);
    weights
        .notFinite()
        .ifPresent(
            tensor -> {
              throw new IllegalArgumentException(
                  "%s: tensor %s has values that are no numbers, or infinite"
                      .formatted(folder, tensor));
            });
    try {
      return new StudentFolder(config, weights, tokenizer);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Ids at which transformers ends an answer, beside those of the config. */
  private static List<Integer> generationEnds(Path file) {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
      return root.hasNonNull("eos_token_id") ? StudentConfig.ends(root, 0) : List.of();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same student with other weights. */
  public StudentFolder with(Weights other) {
    return new StudentFolder(config, other, tokenizer);
  }

  /**
   * Names shape, weights and tokenizer: students that train and answer alike have the same hash.
   */
  public String hash() {
    return Ids.hash(config.identity(), weights.hash(), tokenizer.hash());
  }

  /** The weights of a folder, in one file or in shards. */
  static Weights readWeights(Path folder) {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))) {
      return Safetensors.read(folder.resolve(WEIGHTS));
    }
    Path index = folder.resolve(INDEX);
    if (!Files.isRegularFile(index)) {
      throw new IllegalArgumentException(
          folder + " holds neither " + WEIGHTS + " nor " + INDEX + OtherForms.advice(folder));
    }
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    TreeSet<String> shards = new TreeSet<>();
    weightMap(index).forEach(entry -> shards.add(entry.asText()));
    for (String shard : shards) {
      if (!shard.matches("[A-Za-z0-9._-]+\\.safetensors")) {
        throw new IllegalArgumentException(index + " names the file \"" + shard + "\"");
      }
      if (!Files.isRegularFile(folder.resolve(shard))) {
        throw new IllegalArgumentException(
            index + " names the file " + shard + ", which is not there");
      }
      Weights part = Safetensors.read(folder.resolve(shard));
      for (String name : part.names()) {
        if (tensors.put(name, part.get(name)) != null) {
          throw new IllegalArgumentException(
              index + ": tensor " + name + " is in more than one file");
        }
      }
    }
    return new Weights(tensors);
  }

  /**
   * Writes beside the target, fsyncs and renames: the folder is there whole or not at all.
   *
   * @throws IllegalArgumentException if the target exists
   */
  public void save(Path folder) {
    save(folder, beside -> {});
  }

  /**
   * The same with the adapter these weights were made by, under {@code adapter/}.
   *
   * @param base the folder of the weights that it was trained beside, if they are on disk
   */
  public void save(Path folder, Adapter adapter, Optional<Path> base) {
    save(folder, beside -> adapter.write(beside.resolve(ADAPTER), base));
  }

  private void save(Path folder, Addition addition) {
    Path target = folder.toAbsolutePath();
    Path beside = target.resolveSibling(target.getFileName() + ".tmp");
    if (Files.exists(target)) {
      throw new IllegalArgumentException(folder + " exists already");
    }
    try {
      deleteIfThere(beside);
      Files.createDirectories(beside);
      config.write(beside.resolve(CONFIG));
      Safetensors.write(beside.resolve(WEIGHTS), weights);
      tokenizer.write(beside);
      addition.write(beside);
      AtomicFile.sync(beside);
      AtomicFile.move(beside, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode weightMap(Path index) {
    try {
      JsonNode map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
      if (!map.isObject() || map.isEmpty()) {
        throw new IllegalArgumentException(index + " has no weight_map");
      }
      return map;
    } catch (IOException e) {
      throw new IllegalArgumentException(index + " is no JSON: " + e.getMessage(), e);
    }
  }

  private static void deleteIfThere(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void same(String key, int config, int tokenizer) {
    if (config != tokenizer) {
      throw new IllegalArgumentException(
          key + " is " + config + " in the config and " + tokenizer + " in the tokenizer");
    }
  }
}
