package orcaflow.trainer.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentFolderTest {

  private static final StudentTokenizer TOKENIZER =
      StudentTokenizer.build(Stream.of("one two two"), 10);

  @TempDir Path parent;
  private Path folder;
  private StudentFolder student;

  @BeforeEach
  void make() {
    folder = parent.resolve("student");
    student = new StudentFolder(config(true), Weights.random(config(true), 3), TOKENIZER);
  }

  @Test
  void loadsWhatItSaved() throws IOException {
    student.save(folder);
    StudentFolder loaded = StudentFolder.load(folder);
    assertThat(loaded.config()).isEqualTo(student.config());
    assertThat(loaded.weights().hash()).isEqualTo(student.weights().hash());
    assertThat(loaded.tokenizer().encode("one two")).isEqualTo(TOKENIZER.encode("one two"));
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).containsExactly(folder);
    }
  }

  @Test
  void doesNotWriteOverAStudent() {
    student.save(folder);
    assertThatThrownBy(() -> student.save(folder)).hasMessage(folder + " exists already");
  }

  @Test
  void savesOverWhatACrashLeft() throws IOException {
    Path left = Files.createDirectories(parent.resolve("student.tmp"));
    Files.writeString(left.resolve("model.safetensors"), "half");
    student.save(folder);
    assertThat(StudentFolder.load(folder).weights().hash()).isEqualTo(student.weights().hash());
  }

  @Test
  void readsShards() throws IOException {
    student.save(folder);
    Map<String, Weights.Tensor> first = new LinkedHashMap<>();
    Map<String, Weights.Tensor> second = new LinkedHashMap<>();
    StringBuilder map = new StringBuilder();
    for (String name : student.weights().names()) {
      boolean norm = name.contains("norm");
      (norm ? first : second).put(name, student.weights().get(name));
      map.append(map.isEmpty() ? "" : ",");
      map.append("\"%s\":\"model-%s.safetensors\"".formatted(name, norm ? 1 : 2));
    }
    Files.delete(folder.resolve("model.safetensors"));
    Safetensors.write(folder.resolve("model-1.safetensors"), new Weights(first));
    Safetensors.write(folder.resolve("model-2.safetensors"), new Weights(second));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\":{" + map + "}}");
    assertThat(StudentFolder.load(folder).weights().hash()).isEqualTo(student.weights().hash());

    Files.writeString(index, "{\"weight_map\":{\"a\":\"../other.safetensors\"}}");
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessage(index + " names the file \"../other.safetensors\"");
  }

  @Test
  void saysWhatIsMissingOrDoesNotFit() throws IOException {
    student.save(folder);
    Path weights = folder.resolve("model.safetensors");
    Files.delete(weights);
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessageContaining("holds neither model.safetensors nor");
    Map<String, Weights.Tensor> some = new LinkedHashMap<>();
    some.put("other", new Weights.Tensor(new int[] {1}, new float[1]));
    Safetensors.write(weights, new Weights(some));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessage(folder + ": tensor model.embed_tokens.weight is missing");
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessage(folder + " holds neither tokenizer.json nor tokenizer.model");
  }

  @Test
  void weightsMustHaveTheConfigsShapes() {
    Weights untied = Weights.random(config(false), 1);
    assertThat(untied.fitted(config(true)).has("lm_head.weight")).isFalse();
    assertThatThrownBy(() -> Weights.random(config(true), 1).fitted(config(false)))
        .hasMessage("tensor lm_head.weight is missing");
    assertThatThrownBy(() -> untied.fitted(Students.TINY))
        .hasMessageContaining("tensor model.embed_tokens.weight has shape")
        .hasMessageContaining("; the config asks for [40, 16]");
  }

  @Test
  void randomWeightsAreTheSameEverywhere() {
    Weights weights = Weights.random(Students.TINY, 1);
    assertThat(weights.hash())
        .isEqualTo("6ed695856e2974f1aa191ee7d93b489e530678c960146154b4835bdedee20424");
    assertThat(Weights.random(Students.TINY, 2).hash()).isNotEqualTo(weights.hash());
    assertThat(weights.get("model.norm.weight").values()).containsOnly(1f);
  }

  @Test
  void examplesFrameQuestionAndAnswer() {
    Examples examples = new Examples(TOKENIZER);
    Example example = examples.example("one two", "two");
    assertThat(example.prompt()[0]).isEqualTo(TOKENIZER.bos());
    assertThat(TOKENIZER.decode(example.prompt())).isEqualTo("USER:\none two\n\nASSISTANT:\n");
    assertThat(example.completion()).endsWith(TOKENIZER.eos());
    assertThat(TOKENIZER.decode(example.completion())).isEqualTo("two");
    assertThat(List.of(example.length()))
        .containsExactly(example.prompt().length + example.completion().length);
  }

  private static StudentConfig config(boolean tied) {
    return new StudentConfig(
        TOKENIZER.vocabulary(),
        16,
        1,
        2,
        1,
        8,
        16,
        64,
        1e4,
        1e-5,
        OptionalInt.empty(),
        tied,
        1,
        2,
        0);
  }
}
