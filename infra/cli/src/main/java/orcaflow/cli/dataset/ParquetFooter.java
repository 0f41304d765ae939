package orcaflow.cli.dataset;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** What a Parquet file says of itself, at its end: footer, length of the footer, magic. */
final class ParquetFooter {

  private static final String MAGIC = "PAR1";
  private static final int TAIL = Integer.BYTES + MAGIC.length();

  private ParquetFooter() {}

  static FileMetaData read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel, start(channel));
    }
  }

  /**
   * Puts the encodings of each column in order. The library writes them as a hash set of enum
   * constants has them, whose order differs from one JVM to the next.
   */
  static void sort(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long start = start(channel);
      FileMetaData footer = read(channel, start);
      for (RowGroup group : footer.getRow_groups()) {
        for (ColumnChunk column : group.getColumns()) {
          column.getMeta_data().getEncodings().sort(Comparator.naturalOrder());
          if (column.getMeta_data().isSetEncoding_stats()) {
            column.getMeta_data().getEncoding_stats().sort(Comparator.naturalOrder());
          }
        }
      }
      ByteArrayOutputStream sorted = new ByteArrayOutputStream();
      Util.writeFileMetaData(footer, sorted);
      ByteBuffer end =
          ByteBuffer.allocate(sorted.size() + TAIL)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(sorted.toByteArray())
              .putInt(sorted.size())
              .put(MAGIC.getBytes(StandardCharsets.US_ASCII))
              .flip();
      channel.truncate(start).position(start);
      while (end.hasRemaining()) {
        channel.write(end);
      }
    }
  }

  private static FileMetaData read(FileChannel channel, long start) throws IOException {
    byte[] bytes = bytes(channel, start, (int) (channel.size() - TAIL - start)).array();
    return Util.readFileMetaData(new ByteArrayInputStream(bytes));
  }

  private static long start(FileChannel channel) throws IOException {
    long tail = channel.size() - TAIL;
    return tail - bytes(channel, tail, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static ByteBuffer bytes(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file ends before byte %d".formatted(from + length));
      }
    }
    return bytes.flip();
  }
}
