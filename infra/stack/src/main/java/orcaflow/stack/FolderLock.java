package orcaflow.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process at a time in a folder. The kernel lets go of the lock when its holder dies; the file
 * stays, and names the last holder.
 */
final class FolderLock implements AutoCloseable {

  private static final String FILE = "stack.lock";
  private static final Pattern HOLDER = Pattern.compile("\\d{1,18}");

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made if need be.
   *
   * @throws StackException naming the holder, if there is one
   */
  static FolderLock take(Path dir) {
    Path file = dir.resolve(FILE);
    try {
      Files.createDirectories(dir);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        String holder = Files.readString(file).trim();
        channel.close();
        throw new StackException("%s is in use by process %s".formatted(dir, holder));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder().getBytes(StandardCharsets.UTF_8)));
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new StackException("cannot lock %s: %s".formatted(file, e), e);
    }
  }

  /** The process that holds the folder; empty where none does, or none of this machine. */
  static Optional<ProcessHandle> holder(Path dir) throws IOException {
    Path file = dir.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Matcher holder = HOLDER.matcher(Files.readString(file));
      return !locked(channel) && holder.lookingAt()
          ? ProcessHandle.of(Long.parseLong(holder.group()))
          : Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StackException("cannot unlock the folder: " + e, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldByThisJvm) {
      return false;
    }
  }

  private static String holder() {
    ProcessHandle self = ProcessHandle.current();
    String since = self.info().startInstant().map(start -> ", started " + start).orElse("");
    return self.pid() + since + "\n";
  }
}
