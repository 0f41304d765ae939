package orcaflow.trainer.student;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Text to token ids and back, by a Hugging Face {@code tokenizer.json}. Thread-safe. Begin-of-text,
 * end-of-text and padding are the pieces {@code <s>}, {@code </s>} and {@code <pad>}.
 */
public final class StudentTokenizer {

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final byte[] json;
  private final HuggingFaceTokenizer tokenizer;
  private final int vocabulary;
  private final int bos;
  private final int eos;
  private final int pad;

  private StudentTokenizer(byte[] json) {
    Map<String, Integer> ids = ids(json);
    this.json = json;
    this.vocabulary = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    this.bos = id(ids, WordPieces.BOS);
    this.eos = id(ids, WordPieces.EOS);
    this.pad = ids.getOrDefault(WordPieces.PAD, eos);
    Torch.offline();
    try {
      this.tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A word-level tokenizer of texts, see {@link WordPieces}; the same texts in any order make the
   * same one.
   *
   * @param maxWords the most frequent so many words become pieces; others are spelled
   */
  public static StudentTokenizer build(Stream<String> texts, int maxWords) {
    return new StudentTokenizer(WordPieces.tokenizerJson(texts, maxWords));
  }

  /**
   * @throws IllegalArgumentException one sentence, if the file is no tokenizer with {@code <s>} and
   *     {@code </s>}
   */
  public static StudentTokenizer load(Path tokenizerJson) {
    try {
      return new StudentTokenizer(Files.readAllBytes(tokenizerJson));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(tokenizerJson + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void write(Path tokenizerJson) {
    Durable.write(tokenizerJson, json);
  }

  /**
   * Writes the {@code tokenizer_config.json} by which Hugging Face readers find the special pieces.
   */
  void writeConfig(Path tokenizerConfigJson) {
    ObjectNode root =
        new ObjectMapper()
            .createObjectNode()
            .put("tokenizer_class", "PreTrainedTokenizerFast")
            .put("bos_token", WordPieces.BOS)
            .put("eos_token", WordPieces.EOS)
            .put("pad_token", pad == eos ? WordPieces.EOS : WordPieces.PAD)
            .put("clean_up_tokenization_spaces", false);
    byte[] text = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    Durable.write(tokenizerConfigJson, text);
  }

  /** Ids without begin- or end-of-text. */
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of ids; special tokens leave nothing. */
  public String decode(int[] ids) {
    long[] text =
        Arrays.stream(ids)
            .filter(id -> id != bos && id != eos && id != pad)
            .asLongStream()
            .toArray();
    return text.length == 0 ? "" : tokenizer.decode(text, true);
  }

  public int vocabulary() {
    return vocabulary;
  }

  public int bos() {
    return bos;
  }

  public int eos() {
    return eos;
  }

  public int pad() {
    return pad;
  }

  private static Map<String, Integer> ids(byte[] json) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asText(), id);
      }
    } else {
      vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
    root.path("added_tokens")
        .forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    return ids;
  }

  private static int id(Map<String, Integer> ids, String piece) {
    Integer id = ids.get(piece);
    if (id == null) {
      throw new IllegalArgumentException("the tokenizer has no piece " + piece);
    }
    return id;
  }
}
