package orcaflow.trainer.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.trainer.tokenizer.SentencePiece.Kind;
import orcaflow.trainer.tokenizer.SentencePiece.Piece;

/**
 * Writes a SentencePiece model as a Hugging Face {@code tokenizer.json} that cuts text into the
 * same ids, so that one library reads both and others can read what is saved here.
 *
 * <p>BPE: SentencePiece joins the neighbours that make the piece of the highest score; Hugging Face
 * lists the merges, in order. The merges are all cuts of all pieces into two pieces, by the score
 * of the whole and, where scores are equal, the longer left part first: for runs of spaces, which
 * share one score, this order is the same as joining the leftmost pair first. Symbols of the user
 * are cut out before, as SentencePiece does.
 */
final class SentencePieceJson {

  /** Stands for a space. */
  private static final String SPACE = "\u2581";

  /** Where text spells the name of a byte, so that it is cut in two and never becomes the byte. */
  private static final String BYTE_NAME = "(?<=<)0x[0-9A-F]{2}>";

  private SentencePieceJson() {}

  static byte[] tokenizerJson(SentencePiece source) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    addSpecials(root.putArray("added_tokens"), source);
    addNormalizer(root, source);
    addPreTokenizer(root, source);
    root.putNull("post_processor");
    addDecoder(root, source);
    if (source.model() == SentencePiece.Model.BPE) {
      addBpe(root.putObject("model"), source);
    } else {
      addUnigram(root.putObject("model"), source);
    }
    try {
      return mapper.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  private static void addSpecials(ArrayNode added, SentencePiece source) {
    for (int id = 0; id < source.pieces().size(); id++) {
      Piece piece = source.pieces().get(id);
      if (piece.kind() == Kind.CONTROL || piece.kind() == Kind.UNKNOWN) {
        added
            .addObject()
            .put("id", id)
            .put("content", piece.text())
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
    }
  }

  private static void addNormalizer(ObjectNode root, SentencePiece source) {
    ObjectNode sequence = root.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    if (source.charsmap().length > 0) {
      steps.addObject().put("type", "Precompiled").put("precompiled_charsmap", source.charsmap());
    }
    if (!source.extraWhitespace()) {
      addReplace(steps, "Regex", "\\A +| +\\z", "");
      addReplace(steps, "Regex", " {2,}", " ");
    }
    if (source.dummyPrefix()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    addReplace(steps, "String", " ", SPACE);
  }

  /** The symbols of the user are tokens by themselves wherever they stand, the longest first. */
  private static void addPreTokenizer(ObjectNode root, SentencePiece source) {
    List<String> symbols = symbols(source);
    boolean whole = source.model() == SentencePiece.Model.UNIGRAM || !symbols.isEmpty();
    ArrayNode steps = root.arrayNode();
    if (!symbols.isEmpty()) {
      addSplit(
          steps,
          "Isolated",
          symbols.stream()
              .sorted(Comparator.comparingInt(String::length).reversed())
              .map(SentencePieceJson::escaped)
              .collect(Collectors.joining("|")));
    }
    boolean bytes = source.pieces().stream().anyMatch(piece -> piece.kind() == Kind.BYTE);
    if (whole && bytes) {
      addSplit(steps, "MergedWithNext", BYTE_NAME);
    }
    if (steps.isEmpty()) {
      root.putNull("pre_tokenizer");
    } else {
      root.putObject("pre_tokenizer").put("type", "Sequence").set("pretokenizers", steps);
    }
  }

  private static void addSplit(ArrayNode steps, String behavior, String pattern) {
    ObjectNode split = steps.addObject().put("type", "Split").put("behavior", behavior);
    split.put("invert", false).putObject("pattern").put("Regex", pattern);
  }

  private static void addDecoder(ObjectNode root, SentencePiece source) {
    ArrayNode steps = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    addReplace(steps, "String", SPACE, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (source.dummyPrefix() || !source.extraWhitespace()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }

  private static void addBpe(ObjectNode model, SentencePiece source) {
    model.put("type", "BPE").putNull("dropout");
    model.put("unk_token", source.pieces().get(source.specials().unknown()).text());
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", source.byteFallback());
    // A symbol of the user has no merges: it is looked up whole.
    model.put("ignore_merges", !symbols(source).isEmpty());
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < source.pieces().size(); id++) {
      vocabulary.put(source.pieces().get(id).text(), id);
    }
    ArrayNode joins = model.putArray("merges");
    for (Join join : joins(source.pieces())) {
      joins.addArray().add(join.left).add(join.right);
    }
  }

  private static void addUnigram(ObjectNode model, SentencePiece source) {
    model.put("type", "Unigram").put("unk_id", source.specials().unknown());
    model.put("byte_fallback", source.byteFallback());
    // What is unknown scores 10 less than the lowest, which must remain that of a normal piece.
    double lowest =
        source.pieces().stream()
            .filter(piece -> piece.kind() == Kind.NORMAL)
            .mapToDouble(Piece::score)
            .min()
            .orElse(0);
    ArrayNode vocabulary = model.putArray("vocab");
    for (Piece piece : source.pieces()) {
      double score =
          switch (piece.kind()) {
            case NORMAL -> piece.score();
            case USER_DEFINED -> 0;
            default -> lowest;
          };
      vocabulary.addArray().add(piece.text()).add(score);
    }
  }

  private record Join(String left, String right, float score) {
    int leftLength() {
      return left.codePointCount(0, left.length());
    }
  }

  private static List<Join> joins(List<Piece> pieces) {
    Map<String, Kind> kinds = new HashMap<>();
    pieces.forEach(piece -> kinds.put(piece.text(), piece.kind()));
    List<Join> joins = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.kind() == Kind.NORMAL) {
        String text = piece.text();
        for (int at = 1; at < text.length(); at++) {
          Join join = new Join(text.substring(0, at), text.substring(at), piece.score());
          if (kinds.get(join.left) == Kind.NORMAL && kinds.get(join.right) == Kind.NORMAL) {
            joins.add(join);
          }
        }
      }
    }
    joins.sort(
        Comparator.comparingDouble((Join join) -> -join.score)
            .thenComparingInt(join -> -join.leftLength()));
    return joins;
  }

  private static List<String> symbols(SentencePiece source) {
    return source.pieces().stream()
        .filter(piece -> piece.kind() == Kind.USER_DEFINED)
        .map(Piece::text)
        .toList();
  }

  /** For an expression that another engine than Java's reads. */
  private static String escaped(String text) {
    return Pattern.compile("[^\\p{L}\\p{N}\\u2581]").matcher(text).replaceAll("\\\\$0");
  }

  private static void addReplace(ArrayNode steps, String kind, String pattern, String content) {
    ObjectNode step = steps.addObject().put("type", "Replace").put("content", content);
    step.putObject("pattern").put(kind, pattern);
  }
}
