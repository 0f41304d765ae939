package orcaflow.trainer.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.service.AtomicFile;

/**
 * A trained low-rank adapter, in the files of PEFT: adapter_config.json and
 * adapter_model.safetensors.
 *
 * @param weights A and B of each adapted projection, under PEFT's names
 */
public record Adapter(Lora lora, Weights weights) {

  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";

  /** The same adapter with its matrices in order; a sentence if they are not this student's. */
  public Adapter fitted(StudentConfig config) {
    return new Adapter(lora, weights.fitted(lora.layout(config), Set.of()));
  }

  /**
   * The weights with the adapter added: W0 + alpha / rank B A where there is one.
   *
   * @param frozen the weights that it was trained beside
   */
  public Weights merged(StudentConfig config, Weights frozen) {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    Weights fitted = frozen.fitted(config);
    fitted.names().forEach(name -> tensors.put(name, fitted.get(name)));
    for (Lora.Place place : lora.places(config)) {
      Weights.Tensor w = fitted.get(place.weight());
      float[] values = merged(w, weights.get(place.a()).values(), weights.get(place.b()).values());
      tensors.put(place.weight(), new Weights.Tensor(w.shape(), values));
    }
    return new Weights(tensors);
  }

  /**
   * Writes both files into a new folder, fsynced.
   *
   * @param base the folder of the weights that it was trained beside, if they are on disk
   */
  void write(Path folder, Optional<Path> base) throws IOException {
    Files.createDirectories(folder);
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    root.put("base_model_name_or_path", base.map(Path::toString).orElse(null));
    root.put("r", lora.rank()).put("lora_dropout", 0.0);
    if (lora.alpha() == Math.rint(lora.alpha())) {
      root.put("lora_alpha", (long) lora.alpha());
    } else {
      root.put("lora_alpha", lora.alpha());
    }
    ArrayNode targets = root.putArray("target_modules");
    lora.targets().forEach(targets::add);
    root.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    root.put("use_rslora", false).put("use_dora", false).putNull("modules_to_save");
    byte[] text = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.resolve(CONFIG), text);
    Safetensors.write(folder.resolve(WEIGHTS), weights);
    AtomicFile.sync(folder);
  }

  /**
   * Reads what this or PEFT wrote.
   *
   * @throws IllegalArgumentException naming file, key and value, if it is missing, of another kind
   *     or for another student
   */
  public static Adapter load(Path folder, StudentConfig config) {
    for (String part : List.of(CONFIG, WEIGHTS)) {
      if (!Files.isRegularFile(folder.resolve(part))) {
        throw new IllegalArgumentException(folder + " holds no " + part);
      }
    }
    Lora lora = lora(folder.resolve(CONFIG));
    Path file = folder.resolve(WEIGHTS);
    Weights weights = Safetensors.read(file);
    try {
      return new Adapter(lora, weights).fitted(config);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Lora lora(Path file) {
    try {
      return lora(new ObjectMapper().readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Lora lora(JsonNode root) {
    if (!root.path("peft_type").asText("").equals("LORA")) {
      throw ConfigJson.unfit("peft_type", root.path("peft_type"), "only LORA is known");
    }
    ConfigJson.expect(root, "bias", "none");
    for (String key : List.of("fan_in_fan_out", "use_rslora", "use_dora", "use_qalora")) {
      ConfigJson.expect(root, key, "false");
    }
    for (String key :
        List.of(
            "rank_pattern",
            "alpha_pattern",
            "modules_to_save",
            "layers_to_transform",
            "layer_replication")) {
      JsonNode value = root.path(key);
      if (!value.isMissingNode()
          && !value.isNull()
          && (!value.isContainerNode() || !value.isEmpty())) {
        throw ConfigJson.unfit(key, value, "that is not known here");
      }
    }
    JsonNode rank = root.path("r");
    if (!rank.isIntegralNumber() || !rank.canConvertToInt()) {
      throw ConfigJson.unfit("r", rank, "an integer is needed");
    }
    if (!root.path("lora_alpha").isNumber()) {
      throw ConfigJson.unfit("lora_alpha", root.path("lora_alpha"), "a number is needed");
    }
    JsonNode names = root.path("target_modules");
    if (!names.isArray()) {
      throw ConfigJson.unfit("target_modules", names, "a list is needed");
    }
    Set<String> targets = new TreeSet<>();
    names.forEach(name -> targets.add(name.asText()));
    return new Lora(rank.intValue(), root.path("lora_alpha").doubleValue(), targets);
  }

  /** Row by row, and along a row in the order of ranks. */
  private float[] merged(Weights.Tensor w, float[] a, float[] b) {
    int in = w.shape()[1];
    float[] values = w.values().clone();
    float[] row = new float[in];
    for (int o = 0; o < w.shape()[0]; o++) {
      Arrays.fill(row, 0);
      for (int r = 0; r < lora.rank(); r++) {
        float factor = b[o * lora.rank() + r];
        for (int i = 0; i < in; i++) {
          row[i] += factor * a[r * in + i];
        }
      }
      for (int i = 0; i < in; i++) {
        values[o * in + i] += (float) (lora.scale() * row[i]);
      }
    }
    return values;
  }
}
