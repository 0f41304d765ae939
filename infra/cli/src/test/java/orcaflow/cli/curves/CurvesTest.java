package orcaflow.cli.curves;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import orcaflow.events.Evaluation;
import orcaflow.events.TrainingStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {

  private static final Instant BEGIN = Instant.parse("2026-11-29T08:00:00Z");

  @TempDir Path dir;

  @Test
  void stepsAreNumberedOverAllIterationsInTheOrderOfTheirTimes() {
    Curves curves =
        Curves.of(
            List.of(step("M2", 1, 3, 0.25), step("M1", 2, 2, 0.5), step("M1", 1, 1, 1), again()),
            List.of(evaluation("M1", 0.5), evaluation("M2", 0.75)));

    assertThat(curves.csv().toList())
        .containsExactly(
            "number,iteration,algorithm,step,time,loss,kl,rewards/chosen,rewards/rejected,"
                + "rewards/margins,grad_norm,learning_rate,examples,tokens,seconds,age/mean,age/max,"
                + "mismatch/max",
            "1,M1,kto,1,2026-11-29T08:00:01Z,1.0,,,,,2.0,0.001,16,320,0.5,,,",
            "2,M1,kto,2,2026-11-29T08:00:02Z,0.5,,,,,2.0,0.001,16,320,0.5,,,",
            "3,M2,kto,1,2026-11-29T08:00:03Z,0.25,,,,,2.0,0.001,16,320,0.5,,,");
    assertThat(curves.scores()).extracting(Curves.Score::number).containsExactly(2, 3);
    assertThat(curves.rows().get(0).facts())
        .containsEntry("loss", 1.0)
        .containsEntry("time", "2026-11-29T08:00:01Z")
        .doesNotContainKey("kl");
  }

  @Test
  void aNameWithACommaIsQuoted() {
    assertThat(Curves.of(List.of(step("a,\"b\"", 1, 1, 1)), List.of()).csv().skip(1).toList())
        .allMatch(line -> line.startsWith("1,\"a,\"\"b\"\"\",kto,"));
  }

  /** Read by a decoder of protocol buffers, with the checksums of TFRecord. */
  @Test
  void theEventFileHasEachScalarAtItsStep() throws IOException {
    Curves curves =
        Curves.of(
            List.of(step("M1", 1, 1, 0.5), step("M1", 2, 2, 0.25)),
            List.of(evaluation("M1", 0.75)));
    Path first = TensorBoardFile.write(curves, dir.resolve("main"));
    Path file = TensorBoardFile.write(curves, dir.resolve("main"));

    assertThat(file).isEqualTo(first);
    assertThat(scalars(file))
        .startsWith("version brain.Event:2")
        .contains(
            "1 loss 0.5",
            "1 learning_rate 0.001",
            "2 loss 0.25",
            "2 grad_norm 2.0",
            "2 eval/greedy 0.75")
        .noneMatch(line -> line.contains(" kl "));
  }

  private static List<String> scalars(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      event(CodedInputStream.newInstance(data), lines);
    }
    return lines;
  }

  private static void event(CodedInputStream event, List<String> lines) throws IOException {
    long step = 0;
    for (int tag = event.readTag(); tag != 0; tag = event.readTag()) {
      switch (tag >>> 3) {
        case 1 -> assertThat(event.readDouble()).isGreaterThan(BEGIN.getEpochSecond());
        case 2 -> step = event.readInt64();
        case 3 -> lines.add("version " + event.readString());
        default -> {
          CodedInputStream summary = CodedInputStream.newInstance(event.readByteArray());
          while (summary.readTag() != 0) {
            CodedInputStream value = CodedInputStream.newInstance(summary.readByteArray());
            value.readTag();
            String name = value.readString();
            value.readTag();
            lines.add("%d %s %s".formatted(step, name, value.readFloat()));
          }
        }
      }
    }
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long value = crc.getValue();
    return (int) ((value >>> 15 | value << 17 & 0xFFFFFFFFL) + 0xa282ead8L);
  }

  private static TrainingStep again() {
    return step("M1", 1, 9, 7);
  }

  private static TrainingStep step(String iteration, int number, int second, double loss) {
    return TrainingStep.newBuilder()
        .setId(iteration + "/" + number)
        .setIteration(iteration)
        .setAlgorithm("kto")
        .setStep(number)
        .setSteps(2)
        .setLoss(loss)
        .setKl(null)
        .setRewardChosen(null)
        .setRewardRejected(null)
        .setGradNorm(2)
        .setLearningRate(0.001)
        .setExamples(16)
        .setTokens(320)
        .setSeconds(0.5)
        .setTime(BEGIN.plusSeconds(second))
        .setConsumed(List.of())
        .build();
  }

  private static Evaluation evaluation(String name, double accuracy) {
    return Evaluation.newBuilder()
        .setId(name)
        .setPolicyVersion(name)
        .setName(name)
        .setBenchmark("b@1")
        .setMode("greedy")
        .setTemperature(0)
        .setTopP(1)
        .setN(4)
        .setCorrect(2)
        .setUndecided(0)
        .setAccuracy(accuracy)
        .setLow(0)
        .setHigh(1)
        .setStyles(List.of())
        .setSeconds(0)
        .setTime(BEGIN.plusSeconds(60))
        .setSamples(1)
        .build();
  }
}
