package orcaflow.trainer.model;

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
import orcaflow.trainer.Students;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** As transformers: those of the config and those of generation_config.json. */
  @Test
  void answersEndWhereEitherConfigSays() throws IOException {
    student.save(folder);
    Path config = folder.resolve("config.json");
    int eos = TOKENIZER.eos();
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"eos_token_id\" : " + eos, "\"eos_token_id\" : [ 4, " + eos + " ]"));
    Path generation = folder.resolve("generation_config.json");
    Files.writeString(generation, "{\"eos_token_id\": [5, 4], \"temperature\": 0.6}");

    StudentFolder loaded = StudentFolder.load(folder);
    assertThat(loaded.config().eos()).as("that of the tokenizer is learnt").isEqualTo(eos);
    assertThat(loaded.config().ends()).containsExactly(eos, 4, 5);
    loaded.save(parent.resolve("again"));
    assertThat(StudentFolder.load(parent.resolve("again")).config()).isEqualTo(loaded.config());

    Files.writeString(generation, "{\"eos_token_id\": \"</s>\"}");
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessage(generation + ": eos_token_id is \"</s>\"; an integer is needed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json       | model.gguf                  | is for llama.cpp",
        "config.json       | snapshots                   | give one of its folders, snapshots/<hash>",
        "config.json       | params.json                 | has Meta's own form",
        "model.safetensors | pytorch_model-00001.bin     | has pickled weights",
        "model.safetensors | adapter_model.safetensors   | is an adapter alone: merge it",
        "model.safetensors | model.fp16.safetensors      | has other names",
      })
  void saysWhatIsThereInstead(String gone, String there, String advice) throws IOException {
    student.save(folder);
    Files.delete(folder.resolve(gone));
    Files.writeString(folder.resolve(there), "x");
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("; there is " + there + ", so the folder ")
        .hasMessageContaining(advice);
  }

  @Test
  void refusesWeightsThatAreNoNumbersByName() throws IOException {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    for (String name : student.weights().names()) {
      Weights.Tensor tensor = student.weights().get(name);
      float[] values = tensor.values().clone();
      values[0] = name.contains("up_proj") ? Float.NaN : values[0];
      tensors.put(name, new Weights.Tensor(tensor.shape(), values));
    }
    student.with(new Weights(tensors)).save(folder);
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessage(
            folder
                + ": tensor model.layers.0.mlp.up_proj.weight has values that are no numbers, or"
                + " infinite");
  }

  /** As transformers decides for a tied head. */
  @Test
  void aTiedHeadAloneIsTheEmbedding() throws IOException {
    student.save(folder);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    for (String name : student.weights().names()) {
      tensors.put(
          name.equals("model.embed_tokens.weight") ? "lm_head.weight" : name,
          student.weights().get(name));
    }
    Safetensors.write(folder.resolve("model.safetensors"), new Weights(tensors));
    assertThat(StudentFolder.load(folder).weights().hash()).isEqualTo(student.weights().hash());
  }

  @Test
  void aTokenizerWithoutABeginOfTextIsRefusedByName() throws IOException {
    student.save(folder);
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(
        config,
        Files.readString(config).replaceFirst("\"bos_token\" : \"<s>\"", "\"bos_token\": null"));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(config + ": bos_token is null");
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
  void namesTheShardThatIsMissingOrCutShort() throws IOException {
    student.save(folder);
    Path shard = folder.resolve("model-00001-of-00002.safetensors");
    Files.move(folder.resolve("model.safetensors"), shard);
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        "{\"weight_map\":{\"a\":\"%s\",\"b\":\"model-00002-of-00002.safetensors\"}}"
            .formatted(shard.getFileName()));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(index + " names the file model-00002-of-00002.safetensors, which is not there");

    Files.writeString(index, "{\"weight_map\":{\"a\":\"%s\"}}".formatted(shard.getFileName()));
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, java.util.Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(shard + ": tensor ")
        .hasMessageEndingWith("the file is cut short");
    Files.write(shard, java.util.Arrays.copyOf(whole, 40));
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .hasMessageStartingWith(shard + ": the header claims ")
        .hasMessageEndingWith("bytes in a file of 40");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model_type\" : \"mistral\" | \"model_type\" : \"gpt2\" | config.json: model_type is \"gpt2\"; it can be llama or mistral",
        "\"vocab_size\" : N | \"vocab_size\" : 300 | the tokenizer has N ids; the config's vocab_size is 300",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : 3 | eos_token_id is 3 in the config and 2 in the tokenizer",
        "\"intermediate_size\" : 16 | \"intermediate_size\" : 32 | tensor model.layers.0.mlp.gate_proj.weight has shape [16, 16]; the config asks for [32, 16]",
        "\"num_hidden_layers\" : 1 | \"num_hidden_layers\" : 2 | tensor model.layers.1.self_attn.q_proj.weight is missing",
      })
  void saysWhichPartDoesNotFit(String from, String to, String message) throws IOException {
    String ids = Integer.toString(TOKENIZER.vocabulary());
    student.save(folder);
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    String changed = text.replace(from.replace("N", ids), to);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(config, changed);
    assertThatThrownBy(() -> StudentFolder.load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(message.replace(" N ", " " + ids + " "));
  }

  @Test
  void theSpecialPiecesAreThoseTheFolderNames() throws IOException {
    student.save(folder);
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Path path = folder.resolve(file);
      String text = Files.readString(path);
      Files.writeString(
          path, text.replace("\"<s>\"", "\"<|begin|>\"").replace("\"</s>\"", "\"<|end|>\""));
    }
    StudentTokenizer read = StudentFolder.load(folder).tokenizer();
    assertThat(List.of(read.bos(), read.eos(), read.pad())).containsExactly(1, 2, 0);
    assertThat(read.decode(new int[] {1, 2})).isEmpty();
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
    ExampleEncoder examples = new ExampleEncoder(TOKENIZER);
    Example example = examples.example("one two", "two", false);
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
