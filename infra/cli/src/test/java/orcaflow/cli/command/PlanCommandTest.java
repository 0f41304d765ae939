package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.cli.Main;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlanCommandTest {

  /** Mistral 7B v0.1, as published. */
  private static final String MISTRAL =
      """
      {"model_type":"mistral","hidden_act":"silu","vocab_size":32000,"hidden_size":4096,"num_hidden_layers":32,
       "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"max_position_embeddings":32768,
       "rope_theta":10000.0,"rms_norm_eps":1e-05,"sliding_window":4096,"tie_word_embeddings":false,
       "bos_token_id":1,"eos_token_id":2,"torch_dtype":"bfloat16"}
      """;

  @TempDir private Path model;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws Exception {
    Files.writeString(model.resolve("config.json"), MISTRAL);
  }

  @Test
  void showsTheArithmeticForPeople() {
    assertThat(run("--lora", "64", "--device-memory", "80GB")).isZero();
    assertThat(out.toString())
        .contains("7,241,732,096 parameters, 32 layers of 4096, vocabulary 32,000")
        .containsPattern("(?m)^  weights +28.97 GB  7,241,732,096 parameters x 4 bytes$")
        .containsPattern("(?m)^  reference +0 B  none: it is the policy with its adapter off$")
        .contains("Training fits 80.00 GB, of which 10 % are left to the allocator")
        .containsPattern("The largest micro-batch that fits: \\d+ rows");
  }

  @Test
  void advisesWhereNothingFits() {
    assertThat(run("--device-memory", "80GB")).isEqualTo(1);
    assertThat(out.toString())
        .contains("Training does NOT fit 80.00 GB")
        .contains("Advice: --lora 16 fits, with up to ");
    out.getBuffer().setLength(0);
    assertThat(run("--device-memory", "2GB", "--lora", "8")).isEqualTo(1);
    assertThat(out.toString())
        .contains("Advice: nothing of the kind is enough: a device of ")
        .doesNotContain("The largest micro-batch");
  }

  @Test
  void givesTheFactsAsJson() throws Exception {
    String[] asked = {
      "--algorithm", "dpo", "--lora", "8", "--device-memory", "160GB", "-o", "json"
    };
    assertThat(run(asked)).isZero();
    JsonNode facts = new ObjectMapper().readTree(out.toString());
    assertThat(facts.get("fits").asBoolean()).isTrue();
    assertThat(facts.get("parameters").asLong()).isEqualTo(7_241_732_096L);
    long sum = 0;
    for (JsonNode part : facts.get("training")) {
      sum += part.get("bytes").asLong();
    }
    assertThat(facts.get("trainingBytes").asLong()).isEqualTo(sum);
    assertThat(facts.get("microBatch").asInt()).isEqualTo(facts.get("largestMicroBatch").asInt());
  }

  @Test
  void badInputIsOneSentenceAndStatusTwo() throws Exception {
    assertThat(run("--device-memory", "much")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "orcaflow: --device-memory is 'much': give a size such as 80GB or 24GiB\n"
                .replace("\n", System.lineSeparator()));
    assertThat(run("--device-memory", "8GB", "--length", "40000")).isEqualTo(2);
    assertThat(err.toString()).contains("length is 40000; the model's context allows 2 to 32768");
    Files.writeString(model.resolve("config.json"), MISTRAL.replace("mistral", "gpt2"));
    assertThat(run("--device-memory", "8GB")).isEqualTo(2);
    assertThat(err.toString()).contains("model_type is \"gpt2\"; it can be llama or mistral");
    Files.delete(model.resolve("config.json"));
    assertThat(run("--device-memory", "8GB")).isEqualTo(2);
    assertThat(err.toString()).contains("--model " + model + ": there is no config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "80GB, 80000000000",
    "24 GiB, 25769803776",
    "512mb, 512000000",
    "1.5TB, 1500000000000",
    "4096, 4096",
  })
  void readsSizesAsPeopleWriteThem(String text, long bytes) throws Exception {
    assertThat(MemorySize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0GB", "-1GB", "8X", "iB", "9999999TB"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> MemorySize.parse(text)).hasMessageContaining("give a size such as");
  }

  @Test
  void showsSizesInUnitsOfAThousand() {
    assertThat(MemorySize.shown(999)).isEqualTo("999 B");
    assertThat(MemorySize.shown(-1_230_000)).isEqualTo("-1.23 MB");
    assertThat(MemorySize.shown(80_000_000_000L)).isEqualTo("80.00 GB");
  }

  private int run(String... options) {
    CommandLine line =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    String[] all = new String[options.length + 3];
    all[0] = "plan";
    all[1] = "--model";
    all[2] = model.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return line.execute(all);
  }
}
