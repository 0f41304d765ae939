package orcaflow.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import orcaflow.schemas.StudentPrompt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentTokenizerTest {

  private static final List<String> TEXTS =
      List.of(
          StudentPrompt.prompt("Tom has 4 apples and buys 12 more. How many apples has Tom?"),
          "4 + 12 = 16 #### 16",
          StudentPrompt.prompt("Tom has 3 apples. How many more?"));

  private static final StudentTokenizer TOKENIZER = StudentTokenizer.build(TEXTS.stream(), 50);

  @Test
  void spendsOneTokenOnAWordASignAndADigit() {
    assertThat(pieces(TEXTS.get(1)))
        .containsExactly("4", " + ", "1", "2", " = ", "1", "6", " ", "#### ", "1", "6");
    assertThat(pieces(StudentPrompt.prompt("Tom has 40 apples?")))
        .containsExactly("USER:\n", "Tom", " has ", "4", "0", " apples", "?", "\n\nASSISTANT:\n");
  }

  @Test
  void theFolderSaysHowAQuestionIsPut(@TempDir Path folder) throws IOException {
    TOKENIZER.write(folder);
    String template =
        new ObjectMapper()
            .readTree(folder.resolve("tokenizer_config.json").toFile())
            .get("chat_template")
            .asText();
    // What a Jinja renderer makes of one user message, with the variables put in by hand.
    String rendered =
        template
            .replaceAll("(?s)\\{% else %}.*?\\{% endif %}", "")
            .replaceAll("\\{%.*?%}", "")
            .replace("{{ bos_token }}", "<s>")
            .replace("{{ message['content'] | trim }}", "How many?");
    assertThat(rendered).isEqualTo("<s>" + StudentPrompt.prompt("How many?"));
  }

  @Test
  void spellsWhatItDoesNotKnow() {
    assertThat(pieces(" pear")).containsExactly(" ", "p", "e", "a", "r");
    assertThat(TOKENIZER.encode("é")).hasSize(2);
  }

  @Test
  void textThatLooksLikeASpecialTokenIsText() {
    String text = "<s></s><pad><0x41>";
    int[] ids = TOKENIZER.encode(text);
    assertThat(ids).doesNotContain(TOKENIZER.bos(), TOKENIZER.eos(), TOKENIZER.pad());
    assertThat(TOKENIZER.decode(ids)).isEqualTo(text);
  }

  /** As Llama 3 has them: outside the vocabulary of bytes. */
  @Test
  void specialTokensOutsideTheVocabularyAreTextToo(@TempDir Path folder) throws IOException {
    ObjectNode root = new ObjectMapper().createObjectNode();
    ObjectNode vocabulary = root.putObject("model").put("type", "BPE").putObject("vocab");
    vocabulary.put("\u0120", 0);
    for (char c = '!'; c <= '~'; c++) {
      vocabulary.put(Character.toString(c), vocabulary.size());
    }
    ((ObjectNode) root.get("model")).putArray("merges");
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    int first = vocabulary.size();
    List<String> added = List.of("<|begin_of_text|>", "<|end_of_text|>", "<tool>", "<|eot_id|>");
    for (String name : added) {
      root.withArray("added_tokens")
          .addObject()
          .put("id", first + added.indexOf(name))
          .put("content", name)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", !name.equals("<tool>"));
    }
    Files.writeString(folder.resolve("tokenizer.json"), root.toString());
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<|begin_of_text|>\", \"eos_token\": \"<|end_of_text|>\"}");
    StudentTokenizer read = StudentTokenizer.load(folder);

    assertThat(List.of(read.bos(), read.eos(), read.vocabulary()))
        .containsExactly(first, first + 1, first + 4);
    String text = "Say <|end_of_text|> now <|begin_of_text|> please <|eot_id|>";
    assertThat(Arrays.stream(read.encode(text)).max().orElseThrow()).isLessThan(first);
    assertThat(read.decode(read.encode(text))).isEqualTo(text);
    assertThat(read.encode("a<tool>")).containsExactly(vocabulary.get("a").asInt(), first + 2);
    assertThat(read.decode(new int[] {first, vocabulary.get("a").asInt(), first + 3, first + 1}))
        .isEqualTo("a");
  }

  @Test
  void specialTokensDecodeToNothing() {
    int[] ids = TOKENIZER.encode("Tom");
    int[] framed = {TOKENIZER.bos(), ids[0], TOKENIZER.eos(), TOKENIZER.pad()};
    assertThat(TOKENIZER.decode(framed)).isEqualTo("Tom");
    assertThat(TOKENIZER.decode(new int[] {TOKENIZER.eos()})).isEmpty();
    assertThat(TOKENIZER.encode("")).isEmpty();
  }

  @Property(tries = 300)
  void anyTextComesBackAsItWas(@ForAll String text) {
    // Lone surrogates are no text: UTF-8 cannot say them.
    String sayable = text.replaceAll("\\p{Cs}", "");
    assertThat(TOKENIZER.decode(TOKENIZER.encode(sayable))).isEqualTo(sayable);
  }

  @Test
  void awkwardTextsComeBackAsTheyWere() {
    for (String text :
        List.of(
            "  two  spaces ",
            "a\n\n\nb\r\n\tc",
            "\u2581naïve 中文 😀 e\u0301",
            "\u0000\u0085\u2028",
            "USER:\nUSER:\n\n\nASSISTANT:\n",
            "1,234.50 -7 +3 50% $5")) {
      assertThat(TOKENIZER.decode(TOKENIZER.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void theSameTextsInAnyOrderMakeTheSameTokenizer(@TempDir Path folder) throws IOException {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    StudentTokenizer.build(TEXTS.stream(), 5).write(one);
    StudentTokenizer.build(Stream.of(TEXTS.get(2), TEXTS.get(0), TEXTS.get(1)), 5).write(two);
    assertThat(Files.readAllBytes(two.resolve("tokenizer.json")))
        .isEqualTo(Files.readAllBytes(one.resolve("tokenizer.json")));
  }

  @Test
  void keepsAsManyWordsAsAsked() {
    int none = StudentTokenizer.build(TEXTS.stream(), 0).vocabulary();
    assertThat(StudentTokenizer.build(TEXTS.stream(), 3).vocabulary()).isEqualTo(none + 3);
  }

  @Test
  void isTheSameOnceWrittenAndRead(@TempDir Path folder) {
    TOKENIZER.write(folder);
    StudentTokenizer read = StudentTokenizer.load(folder);
    assertThat(read.encode(TEXTS.get(0))).isEqualTo(TOKENIZER.encode(TEXTS.get(0)));
    assertThat(read.vocabulary()).isEqualTo(TOKENIZER.vocabulary());
    assertThat(List.of(read.pad(), read.bos(), read.eos())).containsExactly(0, 1, 2);
  }

  @Test
  void saysWhatIsWrongWithAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": {\"vocab\": {\"a\": 0}}}");
    assertThatThrownBy(() -> StudentTokenizer.load(folder))
        .hasMessage(file + ": the tokenizer has no piece <s>");
    Files.writeString(file, "nothing");
    assertThatThrownBy(() -> StudentTokenizer.load(folder))
        .hasMessageStartingWith(file + ": no JSON");
  }

  private static List<String> pieces(String text) {
    return Arrays.stream(TOKENIZER.encode(text))
        .mapToObj(id -> TOKENIZER.decode(new int[] {id}))
        .toList();
  }
}
