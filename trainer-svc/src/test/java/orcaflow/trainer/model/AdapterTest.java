package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import orcaflow.trainer.Students;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterTest {

  private static final StudentTokenizer TOKENIZER =
      StudentTokenizer.build(Stream.of("one two two"), 10);
  private static final StudentConfig TINY = Students.TINY;
  private static final Lora QV = new Lora(2, 3, Set.of("v_proj", "q_proj"));
  private static final String FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_";

  @TempDir Path dir;

  @Test
  void saysWhatAnAdapterCannotBe() {
    assertThatThrownBy(() -> new Lora(0, 1, Set.of("q_proj")))
        .hasMessage("lora rank is 0; it must be 1 or more");
    assertThatThrownBy(() -> new Lora(1, Double.NaN, Set.of("q_proj")))
        .hasMessage("lora alpha is NaN; it must be above 0");
    assertThatThrownBy(() -> new Lora(1, 1, Set.of()))
        .hasMessageStartingWith("lora targets is []; give one or more of q_proj, k_proj");
    assertThatThrownBy(() -> new Lora(1, 1, Set.of("query")))
        .hasMessageStartingWith("lora targets has \"query\"; it can have q_proj, k_proj");
  }

  @Test
  void beginsAsPeftDoes() {
    Weights fresh = new Lora(8, 16, Set.of("down_proj")).fresh(TINY, 1).weights();
    float[] a = fresh.get("base_model.model.model.layers.1.mlp.down_proj.lora_A.weight").values();
    double bound = 1 / Math.sqrt(TINY.feedForward());
    double square = 0;
    for (float value : a) {
      assertThat((double) value).isBetween(-bound, bound);
      square += value * value;
    }
    // The variance of a uniform number is the square of its bound by 3.
    assertThat(square / a.length).isCloseTo(bound * bound / 3, within(0.15 * bound * bound));
    assertThat(fresh.get("base_model.model.model.layers.1.mlp.down_proj.lora_B.weight").values())
        .containsOnly(0f);
    Lora lora = new Lora(8, 16, Set.of("down_proj"));
    assertThat(lora.fresh(TINY, 1).weights().hash()).isEqualTo(fresh.hash());
    assertThat(lora.fresh(TINY, 2).weights().hash()).isNotEqualTo(fresh.hash());
  }

  @Test
  void mergingAddsTheScaledProduct() {
    Weights frozen = Students.lively(TINY, 1);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    Weights zeros = QV.fresh(TINY, 1).weights().zeros();
    zeros.names().forEach(name -> tensors.put(name, zeros.get(name)));
    float[] a = new float[2 * 16];
    a[0 * 16 + 5] = 2;
    a[1 * 16 + 5] = 7;
    float[] b = new float[16 * 2];
    b[3 * 2 + 0] = 4;
    b[3 * 2 + 1] = -1;
    tensors.put(FIRST + "A.weight", new Weights.Tensor(new int[] {2, 16}, a));
    tensors.put(FIRST + "B.weight", new Weights.Tensor(new int[] {16, 2}, b));

    Weights merged = new Adapter(QV, new Weights(tensors)).merged(TINY, frozen);

    String changed = "model.layers.0.self_attn.q_proj.weight";
    for (String name : frozen.names()) {
      float[] expected = frozen.get(name).values().clone();
      if (name.equals(changed)) {
        expected[3 * 16 + 5] += 1.5f * (4 * 2 - 7);
      }
      assertThat(merged.get(name).values()).as(name).containsExactly(expected);
    }
  }

  @Test
  void liesBesideItsPolicyAsPeftKeepsOne() throws IOException {
    Path folder = dir.resolve("policy");
    StudentFolder student = saved(folder);

    Set<String> names = new TreeSet<>();
    for (int layer = 0; layer < 2; layer++) {
      for (String projection : new String[] {"q_proj", "v_proj"}) {
        for (String matrix : new String[] {"A", "B"}) {
          names.add(
              "base_model.model.model.layers.%d.self_attn.%s.lora_%s.weight"
                  .formatted(layer, projection, matrix));
        }
      }
    }
    Path adapter = folder.resolve("adapter");
    assertThat(Safetensors.read(adapter.resolve("adapter_model.safetensors")).names())
        .containsExactlyElementsOf(names);
    assertThat(Files.readString(adapter.resolve("adapter_config.json")))
        .contains("\"peft_type\" : \"LORA\"", "\"task_type\" : \"CAUSAL_LM\"", "\"r\" : 2,")
        .contains("\"lora_alpha\" : 3", "\"target_modules\" : [ \"q_proj\", \"v_proj\" ]")
        .contains("\"base_model_name_or_path\" : \"/policies/start\"");
    Adapter loaded = Adapter.load(adapter, student.config());
    assertThat(loaded.lora()).isEqualTo(QV);
    assertThat(loaded.weights().hash()).isEqualTo(QV.fresh(student.config(), 4).weights().hash());
    assertThat(StudentFolder.load(folder).weights().hash()).isEqualTo(student.weights().hash());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"LORA\"|\"IA3\"|peft_type is \"IA3\"; only LORA is known",
        "\"r\" : 2|\"r\" : \"two\"|r is \"two\"; an integer is needed",
        "\"r\" : 2|\"r\" : -2|lora rank is -2; it must be 1 or more",
        "\"lora_alpha\" : 3,||lora_alpha is missing; a number is needed",
        "[ \"q_proj\", \"v_proj\" ]|\"all-linear\"|target_modules is \"all-linear\"; a list is needed",
        "\"use_dora\" : false|\"use_dora\" : true|use_dora is true; only false is known",
        "\"bias\" : \"none\"|\"bias\" : \"all\"|bias is \"all\"; only none is known",
        "\"r\" : 2|\"r\" : 2, \"rank_pattern\" : {\"q_proj\": 4}|rank_pattern is {\"q_proj\":4}; that is not known here",
      })
  void saysWhichKeyOfAConfigItDoesNotKnow(String from, String to, String message)
      throws IOException {
    StudentFolder student = saved(dir.resolve("policy"));
    Path adapter = dir.resolve("policy/adapter");
    Path file = adapter.resolve("adapter_config.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace(from, to == null ? "" : to));
    assertThatThrownBy(() -> Adapter.load(adapter, student.config()))
        .hasMessage(file + ": " + message);
  }

  @Test
  void saysWhatIsMissingOrOfAnotherStudent() throws IOException {
    saved(dir.resolve("policy"));
    Path adapter = dir.resolve("policy/adapter");
    assertThatThrownBy(() -> Adapter.load(adapter, Students.windowed(3)))
        .hasMessageStartingWith(adapter.resolve("adapter_model.safetensors") + ": tensor " + FIRST)
        .hasMessageContaining("has shape [2, 32]; the config asks for [2, 16]");
    Files.delete(adapter.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> Adapter.load(adapter, TINY))
        .hasMessage(adapter + " holds no adapter_model.safetensors");
  }

  private static StudentFolder saved(Path folder) {
    StudentConfig config =
        new StudentConfig(
            TOKENIZER.vocabulary(),
            32,
            2,
            4,
            2,
            8,
            24,
            64,
            1e4,
            1e-5,
            OptionalInt.empty(),
            true,
            1,
            2,
            0);
    StudentFolder student = new StudentFolder(config, Weights.random(config, 3), TOKENIZER);
    student.save(folder, QV.fresh(config, 4), Optional.of(Path.of("/policies/start")));
    return student;
  }
}
