package orcaflow.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import orcaflow.testing.SharedFolder;
import orcaflow.trainer.ReferenceFiles;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.tokenizer.SentencePiece.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SentencePieceTest {

  @TempDir Path folder;

  @Test
  void mistralsIdsEqualTheReference() {
    JsonNode reference =
        ReferenceFiles.json(SharedFolder.path("models/mistral-tokenizer/reference.json"));
    StudentTokenizer read =
        StudentTokenizer.load(
            SharedFolder.path("models/mistral-tokenizer/tokenizer.model").getParent());
    assertThat(read.vocabulary()).isEqualTo(reference.get("vocab_size").asInt());
    assertThat(List.of(read.bos(), read.eos(), read.pad())).containsExactly(1, 2, 2);
    read.write(folder);
    StudentTokenizer again = StudentTokenizer.load(folder);
    for (JsonNode known : reference.get("cases")) {
      String text = known.get("text").asText();
      int[] ids = ReferenceFiles.ints(known.get("ids"));
      for (StudentTokenizer tokenizer : List.of(read, again)) {
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids)).as(text).isEqualTo(known.get("decoded").asText());
      }
    }
  }

  @Test
  void idsOfTheStoryTellerEqualTheReference() {
    StudentTokenizer read =
        StudentTokenizer.load(
            SharedFolder.path("models/stories260K/hf/tokenizer.model").getParent());
    JsonNode reference =
        ReferenceFiles.json(SharedFolder.path("models/stories260K/reference.json"));
    for (JsonNode known : reference.get("tokenizer")) {
      String text = known.get("text").asText();
      assertThat(read.encode(text))
          .as(text)
          .isEqualTo(ReferenceFiles.ints(known.get("ids_no_bos")));
    }
  }

  @Test
  void aStudentWithASentencePieceModelLoadsAndKeepsIt() throws IOException {
    Path story = SharedFolder.path("models/stories260K/hf");
    StudentFolder student = StudentFolder.load(story);
    Path saved = folder.resolve("saved");
    student.save(saved);
    assertThat(saved.resolve("tokenizer.model"))
        .hasSameBinaryContentAs(story.resolve("tokenizer.model"));
    int[] ids = student.tokenizer().encode("Once upon a time");
    assertThat(StudentFolder.load(saved).tokenizer().encode("Once upon a time")).isEqualTo(ids);
    Files.delete(saved.resolve("tokenizer.json"));
    assertThat(StudentFolder.load(saved).tokenizer().encode("Once upon a time")).isEqualTo(ids);
  }

  @Test
  void joinsTheNeighboursOfTheHighestScore() throws IOException {
    Made made = small(2);
    // "ab" (-1) before "bc" (-2); "abc" is then no join of "ab" and "c" alone but one of score -3.
    made.normal("a", -10).normal("b", -11).normal("c", -12).normal("\u2581", -13);
    made.normal("ab", -1).normal("bc", -2).normal("cab", -3);
    StudentTokenizer tokenizer = made.tokenizer(folder);
    assertThat(pieces(tokenizer, "abc")).containsExactly("", "ab", "c");
    assertThat(pieces(tokenizer, "bcab")).containsExactly("", "bc", "ab");
    assertThat(pieces(tokenizer, "cab")).containsExactly("", "cab");
  }

  @ParameterizedTest
  @EnumSource
  void whatLooksLikeASpecialPieceIsText(SentencePiece.Model model) throws IOException {
    Made made = small(model == SentencePiece.Model.BPE ? 2 : 1);
    for (char c : "<>/s0x41\u2581".toCharArray()) {
      made.normal(Character.toString(c), -4 - made.count % 7);
    }
    made.piece("<0x41>", 0, Kind.BYTE);
    StudentTokenizer tokenizer = made.tokenizer(folder);
    int[] ids = tokenizer.encode("<s></s>");
    assertThat(ids).doesNotContain(0, 1, 2).hasSize(8);
    assertThat(tokenizer.encode("<0x41>")).hasSize(7);
    assertThat(tokenizer.decode(ids)).isEqualTo("<s></s>");
    assertThat(tokenizer.decode(new int[] {1, ids[1], 2})).isEqualTo("<");
  }

  @ParameterizedTest
  @EnumSource
  void symbolsOfTheUserAreCutOutFirst(SentencePiece.Model model) throws IOException {
    Made made = small(model == SentencePiece.Model.BPE ? 2 : 1);
    made.normal("\u2581", -3).normal("a", -4).normal("b", -5).normal("a[", -1).normal("[", -6);
    made.piece("[x]", 0, Kind.USER_DEFINED).piece("[x]*", 0, Kind.USER_DEFINED);
    StudentTokenizer tokenizer = made.tokenizer(folder);
    assertThat(pieces(tokenizer, "a[x]b")).containsExactly("", "a", "[x]", "b");
    assertThat(pieces(tokenizer, "[x]*[x]a")).containsExactly("", "[x]*", "[x]", "a");
    assertThat(pieces(tokenizer, "a[a")).containsExactly("", "a[", "a");
  }

  @Test
  void aUnigramModelTakesTheLikeliestPieces() throws IOException {
    Made made = small(1);
    made.normal("\u2581", -2).normal("a", -3).normal("b", -3).normal("ab", -5).normal("aab", -6);
    StudentTokenizer tokenizer = made.tokenizer(folder);
    assertThat(pieces(tokenizer, "aab")).containsExactly("", "aab");
    assertThat(pieces(tokenizer, "ab")).containsExactly("", "ab");
    made.normal("\u2581a", -2.5f);
    assertThat(pieces(made.tokenizer(folder), "ab")).containsExactly("a", "b");
  }

  @Test
  void superfluousSpacesGoWhereTheModelSaysSo() throws IOException {
    Made made = small(1);
    made.extraWhitespaceGoes = true;
    made.normal("\u2581", -2).normal("a", -3);
    StudentTokenizer tokenizer = made.tokenizer(folder);
    assertThat(tokenizer.decode(tokenizer.encode("  a   a  "))).isEqualTo("a a");
    assertThat(tokenizer.encode("   ")).isEmpty();
  }

  @Test
  void everyCutShortModelIsRefusedOrHasFewerPieces() throws IOException {
    byte[] whole = small(2).normal("a", -1).normal("\u2581", -2).bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        assertThat(SentencePiece.read(part).pieces()).hasSizeLessThanOrEqualTo(5);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    Files.write(folder.resolve("tokenizer.model"), Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> StudentTokenizer.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            folder.resolve("tokenizer.model")
                + ": it is no SentencePiece model, or one cut short:");
  }

  @Test
  void anyBytesAreReadOrRefusedWithASentence() throws IOException {
    Random random = new Random(7);
    byte[] whole = small(2).normal("a", -1).bytes();
    for (int n = 0; n < 2_000; n++) {
      byte[] broken = whole.clone();
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        SentencePiece.read(broken);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model    | model_type is 3; 1 (unigram) and 2 (BPE) are read",
        "suffix   | treat_whitespace_as_suffix is true; only false is read",
        "escape   | escape_whitespaces is false; only true is read",
        "unused   | piece 3 has score -1.0 and kind UNUSED; that is not read",
        "twice    | piece 3 is \"<s>\"; each must be there once and not be empty",
        "kind     | piece 3 has the unknown kind 9",
        "eos      | eos_id is 1000, which is no piece of kind CONTROL",
        "nothing  | it holds no pieces",
      })
  void saysWhatIsNotRead(String fault, String message) throws IOException {
    Made made = "nothing".equals(fault) ? new Made(2) : small("model".equals(fault) ? 3 : 2);
    switch (fault) {
      case "suffix" -> made.suffix = true;
      case "escape" -> made.escape = false;
      case "unused" -> made.piece("u", -1, Kind.UNUSED);
      case "twice" -> made.normal("<s>", -1);
      case "kind" -> made.pieceOfKind("k", -1, 9);
      case "eos" -> made.eos = 1000;
      default -> {}
    }
    Files.write(folder.resolve("tokenizer.model"), made.bytes());
    assertThatThrownBy(() -> StudentTokenizer.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder.resolve("tokenizer.model") + ": " + message);
  }

  private static List<String> pieces(StudentTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text))
        .mapToObj(id -> tokenizer.decode(new int[] {id}))
        .toList();
  }

  private static Made small(int model) throws IOException {
    Made made = new Made(model);
    return made.piece("<unk>", 0, Kind.UNKNOWN)
        .piece("<s>", 0, Kind.CONTROL)
        .piece("</s>", 0, Kind.CONTROL);
  }

  /** Writes models. */
  private static final class Made {
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    private final int model;
    private int count;
    private int eos = 2;
    private boolean suffix;
    private boolean escape = true;
    private boolean extraWhitespaceGoes;

    Made(int model) {
      this.model = model;
    }

    Made normal(String text, float score) throws IOException {
      return piece(text, score, Kind.NORMAL);
    }

    Made piece(String text, float score, Kind kind) throws IOException {
      return pieceOfKind(text, score, kind.ordinal() + 1);
    }

    Made pieceOfKind(String text, float score, int kind) throws IOException {
      message(
          pieces,
          1,
          out -> {
            out.writeString(1, text);
            out.writeFloat(2, score);
            out.writeEnum(3, kind);
          });
      count++;
      return this;
    }

    byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(pieces.toByteArray());
      message(
          bytes,
          2,
          out -> {
            out.writeString(1, "a file it was made of");
            out.writeEnum(3, model);
            out.writeBool(24, suffix);
            out.writeInt32(42, eos);
          });
      message(
          bytes,
          3,
          out -> {
            out.writeByteArray(1, "rules".getBytes(StandardCharsets.UTF_8));
            out.writeBool(4, extraWhitespaceGoes);
            out.writeBool(5, escape);
          });
      return bytes.toByteArray();
    }

    StudentTokenizer tokenizer(Path folder) throws IOException {
      Files.write(folder.resolve("tokenizer.model"), bytes());
      return StudentTokenizer.load(folder);
    }

    @FunctionalInterface
    private interface Body {
      void write(CodedOutputStream out) throws IOException;
    }

    private static void message(ByteArrayOutputStream bytes, int field, Body body)
        throws IOException {
      ByteArrayOutputStream inner = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(inner);
      body.write(out);
      out.flush();
      CodedOutputStream outer = CodedOutputStream.newInstance(bytes);
      outer.writeByteArray(field, inner.toByteArray());
      outer.flush();
    }
  }
}
