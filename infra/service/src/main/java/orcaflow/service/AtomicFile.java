package orcaflow.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files and folders that are there whole after a crash, or not at all. */
public final class AtomicFile {

  private AtomicFile() {}

  /** What a file is to hold, written piece by piece. */
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** Puts a text, in UTF-8, in place of what was there. */
  public static void write(Path file, String content) {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts bytes in place of what was there. */
  public static void write(Path file, byte[] content) {
    write(file, channel -> drain(ByteBuffer.wrap(content), channel));
  }

  /**
   * Puts content that is too long for one array in place of what was there: writes it to {@code
   * <file>.tmp}, fsyncs that and renames it.
   *
   * @throws UncheckedIOException naming the file
   */
  public static void write(Path file, Content content) {
    Path absolute = file.toAbsolutePath();
    Path beside = absolute.resolveSibling(absolute.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(beside, absolute);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  /**
   * Gives a finished file or folder its name; a file takes the place of another.
   *
   * @param target in the same folder as {@code finished}
   */
  public static void move(Path finished, Path target) throws IOException {
    Files.move(
        finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(target.toAbsolutePath().getParent());
  }

  /** Writes what is left in a buffer. */
  public static void drain(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Makes what was written to a file, or renamed in a folder, outlast a crash. */
  public static void sync(Path fileOrFolder) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
