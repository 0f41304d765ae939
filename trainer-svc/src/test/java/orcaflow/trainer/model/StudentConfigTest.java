package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import orcaflow.trainer.Students;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentConfigTest {

  private static final String OLD =
      """
      {"model_type": "mistral", "vocab_size": 256, "hidden_size": 64, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128,
       "max_position_embeddings": 512, "rope_theta": 5000.0, "rms_norm_eps": 1e-05,
       "sliding_window": 16, "torch_dtype": "float32", "bos_token_id": 1, "eos_token_id": 2}
      """;

  private static final String NEW =
      """
      {"model_type": "llama", "vocab_size": 256, "hidden_size": 64, "num_hidden_layers": 2,
       "num_attention_heads": 4, "head_dim": 32, "intermediate_size": 128, "dtype": "bfloat16",
       "max_position_embeddings": 512, "hidden_act": "silu", "attention_bias": false,
       "rope_parameters": {"rope_theta": 5000.0, "rope_type": "default"}, "pad_token_id": 0,
       "tie_word_embeddings": true, "sliding_window": null}
      """;

  @TempDir Path folder;

  @Test
  void readsTheOldForm() throws IOException {
    assertThat(read(OLD))
        .isEqualTo(
            new StudentConfig(
                256, 64, 2, 4, 2, 16, 128, 512, 5000, 1e-5, OptionalInt.of(16), false, 1, 2, 2));
  }

  @Test
  void readsTheNewForm() throws IOException {
    assertThat(read(NEW))
        .isEqualTo(
            new StudentConfig(
                256, 64, 2, 4, 4, 32, 128, 512, 5000, 1e-6, OptionalInt.empty(), true, 1, 2, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'rope_scaling': {'rope_type': 'default'}| NONE",
        "'rope_scaling': {'type': 'default'}| NONE",
        "'rope_scaling': {'type': 'linear', 'factor': 4.0}| Linear[factor=4.0]",
        "'rope_scaling': {'rope_type': 'llama3', 'factor': 32.0, 'low_freq_factor': 1.0,"
            + " 'high_freq_factor': 4.0, 'original_max_position_embeddings': 8192}"
            + "| Llama3[factor=32.0, low=1.0, high=4.0, originalContext=8192]",
        "'rope_parameters': {'rope_type': 'linear', 'factor': 2.0, 'rope_theta': 5000.0}"
            + "| Linear[factor=2.0]",
      })
  void readsHowFrequenciesAreStretched(String keys, String scaling) throws IOException {
    StudentConfig read =
        read(OLD.replace("\"rms_norm_eps\"", keys.replace('\'', '"') + ", \"rms_norm_eps\""));
    assertThat(read.ropeScaling()).hasToString(scaling);
    assertThat(read.ropeTheta()).isEqualTo(5000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0}|rope_type is \"yarn\"; it can be default, linear or llama3",
        "'rope_scaling': {'type': 'dynamic', 'factor': 4.0}|rope_type is \"dynamic\"; it can be default, linear or llama3",
        "'rope_scaling': {'type': 'linear'}|factor is missing; a number is needed",
        "'rope_scaling': {'type': 'linear', 'factor': 0}|factor is 0.0; it must be above 0.0",
      })
  void refusesByNameWhatItCannotStretch(String keys, String why) {
    assertThatThrownBy(
            () ->
                read(
                    OLD.replace(
                        "\"rms_norm_eps\"", keys.replace('\'', '"') + ", \"rms_norm_eps\"")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(": " + why);
  }

  /** As transformers: Llama has no window, Mistral one of 4,096 unless its config says other. */
  @Test
  void aWindowIsThatOfTheFamily() throws IOException {
    String without = OLD.replace("\"sliding_window\": 16, ", "");
    assertThat(read(OLD.replace("mistral", "llama")).slidingWindow()).isEmpty();
    assertThat(read(without).slidingWindow()).as("no text reaches it").isEmpty();
    assertThat(read(without.replace("512", "8192")).slidingWindow()).hasValue(4_096);
    assertThat(read(OLD.replace("16,", "null,").replace("512", "8192")).slidingWindow()).isEmpty();
  }

  @Test
  void severalIdsMayEndAnAnswer() throws IOException {
    StudentConfig one = read(OLD.replace("\"eos_token_id\": 2", "\"eos_token_id\": [2]"));
    assertThat(one).isEqualTo(read(OLD));
    StudentConfig three = read(OLD.replace("\"eos_token_id\": 2", "\"eos_token_id\": [7, 2, 9]"));
    assertThat(three.ends()).containsExactly(7, 2, 9);
    assertThat(three.ending(2, List.of(4)).ends()).containsExactly(2, 4, 7, 9);
    assertThat(three.pad()).isEqualTo(7);
    assertThatThrownBy(() -> read(OLD.replace("\"eos_token_id\": 2", "\"eos_token_id\": []")))
        .hasMessageContaining("eos_token_id is []");
    assertThat(
            read(OLD.replace("\"eos_token_id\": 2", "\"eos_token_id\": 2, \"pad_token_id\": -1"))
                .pad())
        .as("-1 is none")
        .isEqualTo(2);
  }

  /** A given student keeps the name that it had before there was a choice. */
  @Test
  void aStudentIsNamedAsBefore() throws IOException {
    assertThat(read(OLD).identity())
        .isEqualTo(
            "StudentConfig[vocabulary=256, hidden=64, layers=2, heads=4, keyValueHeads=2,"
                + " headDim=16, feedForward=128, contextLength=512, ropeTheta=5000.0,"
                + " rmsNormEps=1.0E-5, slidingWindow=OptionalInt[16], tiedHead=false, bos=1, eos=2,"
                + " pad=2]");
  }

  @Test
  void readsWhatItWrote() {
    StudentConfig ends = Students.TINY.ending(Students.TINY.eos(), List.of(5, 6));
    for (StudentConfig config :
        new StudentConfig[] {
          Students.TINY,
          Students.windowed(7),
          ends,
          Students.TINY.with(new RopeScaling.Llama3(8, 1, 4, 16)),
          Students.TINY.with(new RopeScaling.Linear(4))
        }) {
      Path file = folder.resolve("config.json");
      config.write(file);
      assertThat(StudentConfig.read(file)).isEqualTo(config);
    }
  }

  @Test
  void writesTheKeysOfBothForms() throws IOException {
    Path file = folder.resolve("config.json");
    Students.windowed(7).write(file);
    JsonNode written = new ObjectMapper().readTree(file.toFile());

    assertThat(written.get("rope_theta").asDouble()).isEqualTo(10_000);
    assertThat(written.get("torch_dtype").asText()).isEqualTo("float32");
    assertThat(written.get("rope_parameters"))
        .hasToString("{\"rope_type\":\"default\",\"rope_theta\":10000.0}");
    assertThat(written.get("dtype").asText()).isEqualTo("float32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mistral\"          | \"gpt2\"    | model_type is \"gpt2\"; it can be llama or mistral",
        "\"vocab_size\": 256, |             | vocab_size is missing; an integer is needed",
        "256                  | 2.5         | vocab_size is 2.5; an integer is needed",
        "256                  | -1          | vocab_size is -1.0; it must be above 0",
        "\"num_key_value_heads\": 2 | \"num_key_value_heads\": 3 | no multiple of",
        "5000.0               | \"x\"       | rope_theta is \"x\"; a number is needed",
        "\"eos_token_id\": 2  | \"eos_token_id\": [\"x\"] | eos_token_id is [\"x\"]; integers are needed",
        "\"eos_token_id\": 2  | \"eos_token_id\": 256 | outside the vocabulary of 256",
        "\"torch_dtype\": \"float32\" | \"hidden_act\": \"gelu\" | only silu is known",
        "\"torch_dtype\": \"float32\" | \"attention_bias\": true | only false is known",
        "\"torch_dtype\": \"float32\" | \"rope_scaling\": {\"factor\": 8} | rope_type is missing; it can be",
        "{\"model_type\"      | {{          | is no JSON",
      })
  void saysWhichKeyIsWrong(String from, String to, String message) throws IOException {
    String broken = OLD.replace(from, to == null ? "" : to);
    assertThat(broken).isNotEqualTo(OLD);
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.resolve("config.json").toString())
        .hasMessageContaining(message);
  }

  private StudentConfig read(String json) throws IOException {
    return StudentConfig.read(Files.writeString(folder.resolve("config.json"), json));
  }
}
