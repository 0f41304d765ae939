package orcaflow.trainer.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orcaflow.schemas.StudentPrompt;

/**
 * Makes the {@code tokenizer.json} of a small student from the words of its texts: a Unigram model
 * with byte fallback.
 *
 * <p>Text is first cut by {@link #CUT}: a word or a run of signs with the space before it, and the
 * one behind it if a digit follows; and a digit by itself. So a digit is the same token wherever it
 * stands, which a small student would otherwise have to learn twice. No piece reaches over a cut,
 * so text that happens to spell {@code </s>} or {@code <0x41>} never becomes that piece. The
 * frequent cuts are pieces; what is not is spelled in characters, and beyond ASCII in bytes. Spaces
 * stay spaces (nothing stands for them), so that every text comes back as it was.
 */
final class WordVocabulary {

  static final String PAD = "<pad>";
  static final String BOS = "<s>";
  static final String EOS = "</s>";

  private static final String FRAME = StudentPrompt.prompt("?");
  private static final String BEFORE = FRAME.substring(0, FRAME.indexOf('?'));
  private static final String BEHIND = FRAME.substring(FRAME.indexOf('?') + 1);

  /** Means the same to Java and to the tokenizers library: no class differs between the two. */
  private static final String CUT =
      BEHIND
          + "|"
          + BEFORE
          + "| ?\\p{L}+(?: (?=[0-9]))?|[0-9]| ?[^\\p{L}0-9 \\n]+(?: (?=[0-9]))?|[ \\n]";

  /** Log-probabilities of pieces: any word is likelier than two pieces, any sign than its bytes. */
  private static final double WORD = -1;

  private static final double CHARACTER = -10;
  private static final double BYTE = -20;

  private static final List<String> SIGNS =
      List.of(" = ", " + ", " - ", " * ", " / ", ". ", ", ", "####", "#### ");

  private WordVocabulary() {}

  static byte[] tokenizerJson(Stream<String> texts, int maxWords) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    root.putArray("added_tokens");
    root.putNull("normalizer");
    root.putObject("pre_tokenizer")
        .put("type", "Split")
        .put("behavior", "Isolated")
        .put("invert", false)
        .putObject("pattern")
        .put("Regex", CUT);
    root.putNull("post_processor");
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    ObjectNode model =
        root.putObject("model").put("type", "Unigram").put("unk_id", 0).put("byte_fallback", true);
    addPieces(model.putArray("vocab"), cutsByFrequency(texts), maxWords);
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  private static void addPieces(ArrayNode vocabulary, List<String> words, int maxWords) {
    Set<String> seen = new LinkedHashSet<>();
    for (String special : List.of(PAD, BOS, EOS)) {
      add(vocabulary, seen, special, 0);
    }
    for (int value = 0; value < 256; value++) {
      add(vocabulary, seen, "<0x%02X>".formatted(value), BYTE);
    }
    add(vocabulary, seen, "\n", CHARACTER);
    for (char sign = ' '; sign <= '~'; sign++) {
      add(vocabulary, seen, Character.toString(sign), CHARACTER);
    }
    add(vocabulary, seen, BEFORE, WORD);
    add(vocabulary, seen, BEHIND, WORD);
    SIGNS.forEach(sign -> add(vocabulary, seen, sign, WORD));
    int whole = vocabulary.size() + maxWords;
    for (String word : words) {
      if (vocabulary.size() < whole) {
        add(vocabulary, seen, word, WORD);
      }
    }
  }

  private static void add(ArrayNode vocabulary, Set<String> seen, String piece, double score) {
    if (seen.add(piece)) {
      vocabulary.addArray().add(piece).add(score);
    }
  }

  /** Cuts that occur at least twice, the most frequent first; equals in the order of letters. */
  private static List<String> cutsByFrequency(Stream<String> texts) {
    Pattern cut = Pattern.compile(CUT);
    Map<String, Long> counts = new HashMap<>();
    texts.forEach(
        text -> {
          Matcher matcher = cut.matcher(text);
          while (matcher.find()) {
            counts.merge(matcher.group(), 1L, Long::sum);
          }
        });
    List<String> words = new ArrayList<>(counts.keySet());
    words.removeIf(word -> word.length() == 1 || counts.get(word) < 2);
    words.sort(
        Comparator.comparing((String word) -> -counts.get(word))
            .thenComparing(Comparator.naturalOrder()));
    return words;
  }
}
