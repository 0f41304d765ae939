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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.service.AtomicFile;

/**
 * The shape of a student: a decoder of the Llama and Mistral family.
 *
 * @param vocabulary token ids run from 0 to this, exclusive
 * @param hidden width of the residual stream
 * @param keyValueHeads key and value heads; each serves heads / keyValueHeads query heads
 * @param headDim width of a head, even
 * @param feedForward width of the SwiGLU layer
 * @param contextLength longest sequence
 * @param slidingWindow position i sees j with 0 &lt;= i - j &lt; window
 * @param tiedHead whether the output projection is the embedding
 * @param eos the id that ends a text that is learnt
 * @param moreEnds further ids that end an answer when they are sampled
 * @param ropeScaling how rotary frequencies are stretched
 */
public record StudentConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int feedForward,
    int contextLength,
    double ropeTheta,
    double rmsNormEps,
    OptionalInt slidingWindow,
    boolean tiedHead,
    int bos,
    int eos,
    int pad,
    List<Integer> moreEnds,
    RopeScaling ropeScaling) {

  private static final String WINDOW = "sliding_window";
  private static final int MISTRAL_WINDOW = 4_096;

  public StudentConfig {
    moreEnds = List.copyOf(moreEnds);
    positive("vocab_size", vocabulary);
    positive("hidden_size", hidden);
    positive("num_hidden_layers", layers);
    positive("num_attention_heads", heads);
    positive("num_key_value_heads", keyValueHeads);
    positive("head_dim", headDim);
    positive("intermediate_size", feedForward);
    positive("max_position_embeddings", contextLength);
    positive("rope_theta", ropeTheta);
    positive("rms_norm_eps", rmsNormEps);
    slidingWindow.ifPresent(window -> positive("sliding_window", window));
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads "
              + heads
              + " is no multiple of num_key_value_heads "
              + keyValueHeads);
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim " + headDim + " is odd; rotary halves need even");
    }
    insideVocabulary("bos_token_id", bos, vocabulary);
    insideVocabulary("eos_token_id", eos, vocabulary);
    insideVocabulary("pad_token_id", pad, vocabulary);
    for (int end : moreEnds) {
      insideVocabulary("eos_token_id", end, vocabulary);
    }
  }

  /** With one end of text, and rotary frequencies as they are. */
  public StudentConfig(
      int vocabulary,
      int hidden,
      int layers,
      int heads,
      int keyValueHeads,
      int headDim,
      int feedForward,
      int contextLength,
      double ropeTheta,
      double rmsNormEps,
      OptionalInt slidingWindow,
      boolean tiedHead,
      int bos,
      int eos,
      int pad) {
    this(
        vocabulary,
        hidden,
        layers,
        heads,
        keyValueHeads,
        headDim,
        feedForward,
        contextLength,
        ropeTheta,
        rmsNormEps,
        slidingWindow,
        tiedHead,
        bos,
        eos,
        pad,
        List.of(),
        RopeScaling.NONE);
  }

  /** All ids that end an answer. */
  public int[] ends() {
    return IntStream.concat(IntStream.of(eos), moreEnds.stream().mapToInt(Integer::intValue))
        .toArray();
  }

  /**
   * The same with more ids that end an answer, and one of all of them for texts that are learnt.
   */
  public StudentConfig ending(int end, Collection<Integer> more) {
    List<Integer> others =
        Stream.concat(IntStream.of(ends()).boxed(), more.stream())
            .filter(id -> id != end)
            .distinct()
            .sorted()
            .toList();
    return with(end, others, ropeScaling);
  }

  /** The same with rotary frequencies that are stretched. */
  public StudentConfig with(RopeScaling scaling) {
    return with(eos, moreEnds, scaling);
  }

  private StudentConfig with(int end, List<Integer> more, RopeScaling scaling) {
    return new StudentConfig(
        vocabulary,
        hidden,
        layers,
        heads,
        keyValueHeads,
        headDim,
        feedForward,
        contextLength,
        ropeTheta,
        rmsNormEps,
        slidingWindow,
        tiedHead,
        bos,
        end,
        pad,
        more,
        scaling);
  }

  /** Names the shape, as it was named before a student could have several ends or a scaling. */
  String identity() {
    return toString().replace(", moreEnds=[]", "").replace(", ropeScaling=NONE", "");
  }

  /**
   * Reads a Hugging Face {@code config.json}, in its older or its newer form.
   *
   * @throws IllegalArgumentException naming file, key and value, if this is no model of the family
   */
  public static StudentConfig read(Path configJson) {
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(configJson));
      if (root == null || !root.isObject()) {
        throw new IllegalArgumentException("it holds no JSON object");
      }
      return from(root);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(configJson + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(configJson + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a {@code config.json} with the keys of both forms: {@code rope_theta} and {@code
   * torch_dtype}, which is all that transformers before 5 knows, and {@code rope_parameters} and
   * {@code dtype}, which a later one prefers.
   */
  public void write(Path configJson) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    // Where frequencies are scaled, as Llama, which older readers know to scale, too.
    boolean llama = ropeScaling != RopeScaling.NONE && slidingWindow.isEmpty();
    root.putArray("architectures").add(llama ? "LlamaForCausalLM" : "MistralForCausalLM");
    root.put("model_type", llama ? "llama" : "mistral")
        .put("hidden_act", "silu")
        .put("vocab_size", vocabulary)
        .put("hidden_size", hidden)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyValueHeads)
        .put("head_dim", headDim)
        .put("intermediate_size", feedForward)
        .put("max_position_embeddings", contextLength)
        .put("rope_theta", ropeTheta)
        .put("rms_norm_eps", rmsNormEps)
        .put("tie_word_embeddings", tiedHead)
        .put("bos_token_id", bos)
        .put("pad_token_id", pad)
        .put("torch_dtype", "float32")
        .put("dtype", "float32");
    if (moreEnds.isEmpty()) {
      root.put("eos_token_id", eos);
    } else {
      ArrayNode all = root.putArray("eos_token_id");
      IntStream.of(ends()).forEach(all::add);
    }
    ObjectNode rope = root.putObject("rope_parameters");
    ropeScaling.write(rope);
    rope.put("rope_theta", ropeTheta);
    if (ropeScaling != RopeScaling.NONE) {
      ropeScaling.write(root.putObject("rope_scaling"));
    }
    if (slidingWindow.isPresent()) {
      root.put(WINDOW, slidingWindow.getAsInt());
    } else {
      root.putNull(WINDOW);
    }
    AtomicFile.write(configJson, (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static StudentConfig from(JsonNode root) {
    String type = root.path("model_type").asText("");
    if (!List.of("llama", "mistral").contains(type)) {
      throw ConfigJson.unfit("model_type", root.path("model_type"), "it can be llama or mistral");
    }
    ConfigJson.expect(root, "hidden_act", "silu");
    ConfigJson.expect(root, "attention_bias", "false");
    ConfigJson.expect(root, "mlp_bias", "false");
    JsonNode rope = root.path("rope_parameters");
    RopeScaling scaling =
        RopeScaling.of(root.hasNonNull("rope_scaling") ? root.get("rope_scaling") : rope);
    int heads = integer(root, "num_attention_heads");
    int hidden = integer(root, "hidden_size");
    List<Integer> ends = ends(root, 2);
    int eos = ends.get(0);
    int pad = integer(root, "pad_token_id", eos);
    return new StudentConfig(
        integer(root, "vocab_size"),
        hidden,
        integer(root, "num_hidden_layers"),
        heads,
        integer(root, "num_key_value_heads", heads),
        integer(root, "head_dim", hidden / Math.max(1, heads)),
        integer(root, "intermediate_size"),
        integer(root, "max_position_embeddings"),
        number(rope, "rope_theta", number(root, "rope_theta", 10_000)),
        number(root, "rms_norm_eps", 1e-6),
        window(root, type),
        root.path("tie_word_embeddings").asBoolean(false),
        integer(root, "bos_token_id", 1),
        eos,
        pad < 0 ? eos : pad,
        ends.subList(1, ends.size()),
        scaling);
  }

  /**
   * As transformers: Llama has none, whatever is left in its config; Mistral's is 4,096 where the
   * config does not name it. One that no text reaches is none.
   */
  private static OptionalInt window(JsonNode root, String type) {
    if (type.equals("llama") || root.path(WINDOW).isNull()) {
      return OptionalInt.empty();
    }
    int window = integer(root, WINDOW, MISTRAL_WINDOW);
    return !root.has(WINDOW) && window >= integer(root, "max_position_embeddings")
        ? OptionalInt.empty()
        : OptionalInt.of(window);
  }

  /** One id or a list of them; the usual one where there is none. */
  static List<Integer> ends(JsonNode root, int usual) {
    JsonNode value = root.path("eos_token_id");
    if (!value.isArray()) {
      return List.of(integer(root, "eos_token_id", usual));
    }
    List<Integer> ends = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isIntegralNumber() || !each.canConvertToInt()) {
        throw ConfigJson.unfit("eos_token_id", value, "integers are needed");
      }
      ends.add(each.intValue());
    }
    if (ends.isEmpty()) {
      throw ConfigJson.unfit("eos_token_id", value, "one or more integers are needed");
    }
    return ends.stream().distinct().toList();
  }

  private static int integer(JsonNode root, String key, int otherwise) {
    return root.hasNonNull(key) ? integer(root, key) : otherwise;
  }

  private static int integer(JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw ConfigJson.unfit(key, value, "an integer is needed");
    }
    return value.intValue();
  }

  private static double number(JsonNode root, String key, double otherwise) {
    JsonNode value = root.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw ConfigJson.unfit(key, value, "a number is needed");
    }
    return value.doubleValue();
  }

  private static void positive(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(key + " is " + value + "; it must be above 0");
    }
  }

  private static void insideVocabulary(String key, int id, int vocabulary) {
    if (id < 0 || id >= vocabulary) {
      throw new IllegalArgumentException(
          key + " is " + id + ", outside the vocabulary of " + vocabulary);
    }
  }
}
