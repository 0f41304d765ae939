package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import orcaflow.trainer.Students;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() {
    Weights weights = Weights.random(Students.TINY, 1);
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, weights);
    Weights read = Safetensors.read(file).fitted(Students.TINY);
    assertThat(read.names()).isEqualTo(weights.names());
    for (String name : weights.names()) {
      assertThat(read.get(name).values()).isEqualTo(weights.get(name).values());
      assertThat(read.get(name).shape()).isEqualTo(weights.get(name).shape());
    }
    assertThat(read.hash()).isEqualTo(weights.hash());
  }

  @Test
  void theHashIsThatOfTheFileWhateverTheOrder() throws IOException {
    Weights.Tensor a = new Weights.Tensor(new int[] {1, 2}, new float[] {1, 2});
    Weights.Tensor b = new Weights.Tensor(new int[0], new float[] {3});
    Map<String, Weights.Tensor> ordered = new LinkedHashMap<>();
    ordered.put("a", a);
    ordered.put("b", b);
    Map<String, Weights.Tensor> reversed = new LinkedHashMap<>();
    reversed.put("b", b);
    reversed.put("a", a);
    assertThat(new Weights(ordered).hash()).isEqualTo(new Weights(reversed).hash());
    Path file = folder.resolve("two");
    Safetensors.write(file, new Weights(reversed));
    assertThat(orcaflow.schemas.Ids.contentHash(Files.readAllBytes(file)))
        .isEqualTo(new Weights(ordered).hash());
    assertThat(Files.list(folder)).containsExactly(file);
  }

  @Test
  void anArrayLongerThanWhatIsWrittenAtOnceIsWhole() throws IOException {
    float[] values = new float[3 * (1 << 14) + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Weights weights = new Weights(Map.of("a", new Weights.Tensor(new int[] {49153}, values)));
    Path file = folder.resolve("long");
    Safetensors.write(file, weights);
    assertThat(Safetensors.read(file).get("a").values()).isEqualTo(values);
    assertThat(orcaflow.schemas.Ids.contentHash(Files.readAllBytes(file)))
        .isEqualTo(weights.hash());
  }

  @Test
  void widensHalfPrecision() throws IOException {
    // 1.5, -2, the smallest subnormal and infinity; then 1.5 and -2 in bfloat16.
    byte[] data = shorts(0x3e00, 0xc000, 0x0001, 0x7c00, 0x3fc0, 0xc000);
    Path file =
        file(
            """
            {"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},\
            "b":{"dtype":"BF16","shape":[2,1],"data_offsets":[8,12]}}""",
            data);
    Weights weights = Safetensors.read(file);
    assertThat(weights.get("h").values())
        .containsExactly(1.5f, -2, 0x1p-24f, Float.POSITIVE_INFINITY);
    assertThat(weights.get("b").values()).containsExactly(1.5f, -2);
    assertThat(weights.get("b").shape()).containsExactly(2, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} x                     | the header is no JSON",
        "[]                       | the header is no JSON object",
        "{\"a\":3}                | tensor a has no list shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + "| ends at byte 8 of the data, of which the file holds 4: the file is cut short",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"
            + "| tensor a of shape [2] and dtype F32 needs 8 bytes; its data_offsets span 4",
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}"
            + "| tensor a has dtype \"I64\"; F32, F16 and BF16 are read",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}"
            + "| tensor a has shape [-1]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}"
            + "| tensor a has shape [1.5]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}"
            + "| tensor a has data_offsets [4,0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}"
            + "| tensor a has data_offsets [0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}"
            + "| which is too large to hold",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775808]}}"
            + "| tensor a has data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[2,4]}}"
            + "| arrays overlap or leave a hole",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[2,4]}}"
            + "| arrays overlap or leave a hole",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}"
            + "| 2 bytes behind the last array belong to none",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":1}"
            + "| the header is no JSON: Duplicate field 'a'",
      })
  void saysWhatIsWrong(String header, String message) throws IOException {
    Path file = file(header, new byte[4]);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void saysWhenTheHeaderIsLongerThanTheFile() throws IOException {
    Path file = folder.resolve("short");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessageEndingWith("a file of 3 bytes is no safetensors file");
    for (long claim : new long[] {Long.MAX_VALUE, -1, 9, 0}) {
      ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(claim);
      Files.write(file, bytes.array());
      assertThatThrownBy(() -> Safetensors.read(file))
          .hasMessageEndingWith("the header claims " + claim + " bytes in a file of 16");
    }
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve("made.safetensors"), bytes.array());
  }

  @Test
  void saysWhatAFileIsInstead() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(
        file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4400000000\n");
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessage(file + ": it is a git-lfs pointer, not the file: run git lfs pull");
    Files.writeString(file, "<!doctype html><title>404</title>");
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessage(file + ": it is a page of HTML or XML, no safetensors file");
  }

  /** Tables that older programs stored; whoever reads them computes them. */
  @Test
  void tablesOfPositionsAreNotLoaded() throws IOException {
    String header =
        """
        {"model.layers.0.self_attn.rotary_emb.inv_freq":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
        "model.position_ids":{"dtype":"I64","shape":[1],"data_offsets":[4,12]},
        "a":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}
        """;
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).putFloat(1).putLong(2).putFloat(3);
    Path file = Files.write(folder.resolve("old.safetensors"), bytes.array());
    Weights read = Safetensors.read(file);
    assertThat(read.names()).containsExactly("a");
    assertThat(read.get("a").values()).containsExactly(3);
  }

  private static byte[] shorts(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }
}
