package orcaflow.trainer.tokenizer;

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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.StudentPrompt;
import orcaflow.service.AtomicFile;
import orcaflow.trainer.torch.Torch;

/**
 * Text to token ids and back, by a Hugging Face {@code tokenizer.json} or a SentencePiece {@code
 * tokenizer.model}. Thread-safe.
 *
 * <p>Special pieces are never read out of text: a question with {@code </s>} in it ends nothing.
 * SentencePiece does the same; Hugging Face's libraries do not.
 */
public final class StudentTokenizer {

  static final String JSON = "tokenizer.json";
  static final String SENTENCE_PIECE = "tokenizer.model";
  private static final String CONFIG = "tokenizer_config.json";
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  /** Begin-of-text, end-of-text and padding; end-of-text pads where there is no such piece. */
  private record Marks(String begin, String end, String padding) {
    static final Marks USUAL =
        new Marks(WordVocabulary.BOS, WordVocabulary.EOS, WordVocabulary.PAD);

    /** As a tokenizer_config.json names them; the usual ones where it does not. */
    static Marks named(Path config) throws IOException {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(config));
      for (String mark : List.of("bos_token", "eos_token")) {
        if (root.path(mark).isNull()) {
          throw new IllegalArgumentException(
              "%s: %s is null; a piece is needed that begins and one that ends a text"
                  .formatted(config, mark));
        }
      }
      return new Marks(
          named(root.path("bos_token"), USUAL.begin),
          named(root.path("eos_token"), USUAL.end),
          named(root.path("pad_token"), USUAL.padding));
    }

    private static String named(JsonNode token, String usual) {
      return token.isObject() ? token.path("content").asText(usual) : token.asText(usual);
    }
  }

  private final byte[] json;
  private final Optional<byte[]> sentencePiece;
  private final Marks marks;
  private final HuggingFaceTokenizer tokenizer;
  private final Set<Integer> hidden = new HashSet<>();
  private final int vocabulary;
  private final int bos;
  private final int eos;
  private final int pad;

  private StudentTokenizer(byte[] json, Marks marks, Optional<byte[]> sentencePiece) {
    ObjectNode root = parsed(json);
    Map<String, Integer> ids = SpecialPieces.ids(root);
    this.json = json;
    this.sentencePiece = sentencePiece;
    this.marks = marks;
    this.vocabulary = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    this.bos = id(ids, marks.begin);
    this.eos = id(ids, marks.end);
    this.pad = ids.getOrDefault(marks.padding, eos);
    this.hidden.addAll(List.of(bos, eos, pad));
    this.hidden.addAll(SpecialPieces.shield(root));
    Torch.offline();
    try {
      this.tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(new ObjectMapper().writeValueAsBytes(root)), OPTIONS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the tokenizers library refuses it: " + e.getMessage(), e);
    }
  }

  /**
   * A word-level tokenizer of texts, see {@link WordVocabulary}; the same texts in any order make
   * the same one.
   *
   * @param maxWords the most frequent N words become pieces; others are spelled
   */
  public static StudentTokenizer build(Stream<String> texts, int maxWords) {
    return new StudentTokenizer(
        WordVocabulary.tokenizerJson(texts, maxWords), Marks.USUAL, Optional.empty());
  }

  /**
   * The tokenizer of a student's folder: tokenizer.json, or tokenizer.model where that is not
   * there. Begin-of-text, end-of-text and padding are what the SentencePiece model or
   * tokenizer_config.json names, else {@code <s>}, {@code </s>} and {@code <pad>}.
   *
   * @throws IllegalArgumentException one sentence with the file, if it is no such tokenizer
   */
  public static StudentTokenizer load(Path folder) {
    Path json = folder.resolve(JSON);
    Path model = folder.resolve(SENTENCE_PIECE);
    if (!Files.isRegularFile(json) && !Files.isRegularFile(model)) {
      throw new IllegalArgumentException(
          folder + " holds neither " + JSON + " nor " + SENTENCE_PIECE);
    }
    Path file = Files.isRegularFile(json) ? json : model;
    try {
      byte[] bytes = Files.readAllBytes(file);
      return file.equals(json)
          ? new StudentTokenizer(bytes, marks(folder.resolve(CONFIG)), Optional.empty())
          : ofSentencePiece(bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StudentTokenizer ofSentencePiece(byte[] bytes) {
    SentencePiece source = SentencePiece.read(bytes);
    SentencePiece.Specials specials = source.specials();
    String end = source.pieces().get(specials.end()).text();
    Marks marks =
        new Marks(
            source.pieces().get(specials.begin()).text(),
            end,
            specials.padding() < 0 ? end : source.pieces().get(specials.padding()).text());
    return new StudentTokenizer(SentencePieceJson.tokenizerJson(source), marks, Optional.of(bytes));
  }

  private static Marks marks(Path config) {
    try {
      return Files.isRegularFile(config) ? Marks.named(config) : Marks.USUAL;
    } catch (IOException e) {
      throw new IllegalArgumentException(config + " is no JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Writes what any reader of Hugging Face folders needs: tokenizer.json, also of a SentencePiece
   * model, which is written as it was read, too, and tokenizer_config.json, which names the special
   * pieces and the chat template.
   */
  public void write(Path folder) {
    AtomicFile.write(folder.resolve(JSON), json);
    sentencePiece.ifPresent(bytes -> AtomicFile.write(folder.resolve(SENTENCE_PIECE), bytes));
    ObjectNode root =
        new ObjectMapper()
            .createObjectNode()
            .put("tokenizer_class", "PreTrainedTokenizerFast")
            .put("bos_token", marks.begin)
            .put("eos_token", marks.end)
            .put("pad_token", pad == eos ? marks.end : marks.padding)
            .put("clean_up_tokenization_spaces", false)
            .put("chat_template", StudentPrompt.chatTemplate());
    byte[] text = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.resolve(CONFIG), text);
  }

  /** Ids without begin- or end-of-text. */
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of ids; special tokens leave nothing. */
  public String decode(int[] ids) {
    long[] text = Arrays.stream(ids).filter(id -> !hidden.contains(id)).asLongStream().toArray();
    return text.length == 0 ? "" : tokenizer.decode(text, true);
  }

  /** Names what makes ids of a text, and which ids are special. */
  public String hash() {
    return Ids.hash(Ids.contentHash(json), marks.begin, marks.end, marks.padding);
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

  private static ObjectNode parsed(byte[] json) {
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("it holds no JSON object");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int id(Map<String, Integer> ids, String piece) {
    Integer id = ids.get(piece);
    if (id == null) {
      throw new IllegalArgumentException("the tokenizer has no piece " + piece);
    }
    return id;
  }
}
