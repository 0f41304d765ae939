package orcaflow.cli.curves;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import orcaflow.service.AtomicFile;

/**
 * Curves as the event file that TensorBoard reads: records of TensorFlow's TFRecord format (length,
 * checksum, data, checksum), each a protocol buffer {@code Event} (TensorFlow's {@code event.proto}
 * and {@code summary.proto}). Only scalars are written.
 */
public final class TensorBoardFile {

  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;

  /** Numbers of the fields, as the protocol has them. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private TensorBoardFile() {}

  /**
   * Writes one file, in place of the one that an earlier call has written.
   *
   * @param folder of the run below TensorBoard's {@code --logdir}
   * @return the file
   */
  public static Path write(Curves curves, Path folder) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    Instant first = curves.rows().stream().map(Curves.Row::time).findFirst().orElse(Instant.EPOCH);
    record(
        file,
        message(
            head -> {
              head.writeDouble(WALL_TIME, seconds(first));
              head.writeString(FILE_VERSION, VERSION);
            }));
    for (Curves.Row row : curves.rows()) {
      record(file, event(row.time(), row.number(), row.values()));
    }
    for (Curves.Score score : curves.scores()) {
      record(
          file,
          event(score.time(), score.number(), Map.of("eval/" + score.mode(), score.accuracy())));
    }
    Files.createDirectories(folder);
    Path target =
        folder.resolve("events.out.tfevents.%d.orcaflow".formatted(first.getEpochSecond()));
    AtomicFile.write(target, file.toByteArray());
    return target;
  }

  private static byte[] event(Instant time, int step, Map<String, ? extends Number> values)
      throws IOException {
    byte[] summary =
        message(
            all -> {
              for (Map.Entry<String, ? extends Number> value : values.entrySet()) {
                all.writeByteArray(VALUE, value(value.getKey(), value.getValue().floatValue()));
              }
            });
    return message(
        event -> {
          event.writeDouble(WALL_TIME, seconds(time));
          event.writeInt64(STEP, step);
          event.writeByteArray(SUMMARY, summary);
        });
  }

  private static byte[] value(String tag, float value) throws IOException {
    return message(
        scalar -> {
          scalar.writeString(TAG, tag);
          scalar.writeFloat(SIMPLE_VALUE, value);
        });
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private interface Fields {
    void writeTo(CodedOutputStream message) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    fields.writeTo(message);
    message.flush();
    return bytes.toByteArray();
  }

  private static void record(ByteArrayOutputStream file, byte[] data) {
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    file.writeBytes(length);
    file.writeBytes(checksum(length));
    file.writeBytes(data);
    file.writeBytes(checksum(data));
  }

  /** CRC-32C, rotated and moved, as TFRecord has it. */
  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return little(Integer.BYTES).putInt(Integer.rotateRight(value, 15) + MASK_DELTA).array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
