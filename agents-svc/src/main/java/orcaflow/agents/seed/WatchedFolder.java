package orcaflow.agents.seed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The rows of a folder that files come into, in any of the known kinds. A file is read once it has
 * not changed for a while, so that nobody reads half of one; what a file gets after that is read at
 * the next start. {@link #next} does not wait: it is empty as long as there is no row.
 */
public final class WatchedFolder implements SeedRows {

  private final SeedInput folder;
  private final long quiet;
  private final Consumer<String> said;
  private final LongSupplier nanos;
  private final Map<Path, Look> seen = new HashMap<>();
  private final Map<Path, Look> taken = new HashMap<>();
  private final Set<Path> changed = new HashSet<>();
  private final Deque<Path> ready = new ArrayDeque<>();
  private Optional<Open> open = Optional.empty();
  private long nextLook;

  /** A file at a look; the time is that of the look at which it was so first. */
  private record Look(long bytes, long modified, long since) {
    boolean same(Look other) {
      return bytes == other.bytes && modified == other.modified;
    }
  }

  private record Open(Path file, SeedRows rows) {}

  /**
   * @param quiet how long a file must not have changed
   * @param said gets a sentence for each file that cannot be read, or that changes after it was
   * @throws Seeding.BadSeedFile if there is no such folder
   */
  public WatchedFolder(Path folder, Duration quiet, Consumer<String> said) {
    this(folder, quiet, said, System::nanoTime);
  }

  WatchedFolder(Path folder, Duration quiet, Consumer<String> said, LongSupplier nanos) {
    if (!Files.isDirectory(folder)) {
      throw new Seeding.BadSeedFile("%s: there is no such folder".formatted(folder));
    }
    this.folder = SeedInput.of(folder);
    this.quiet = quiet.toNanos();
    this.said = said;
    this.nanos = nanos;
    this.nextLook = nanos.getAsLong();
  }

  @Override
  public Optional<Line> next() {
    while (open.isPresent() || openNext()) {
      Open now = open.orElseThrow();
      try {
        Optional<Line> row = now.rows().next();
        if (row.isPresent()) {
          return row.map(line -> line.of(now.file().toString()));
        }
      } catch (Seeding.BadSeedFile e) {
        said.accept(e.getMessage());
      }
      close();
    }
    return Optional.empty();
  }

  /** Opens the next file that can be opened, if there is one. */
  private boolean openNext() {
    look();
    while (open.isEmpty() && !ready.isEmpty()) {
      Path file = ready.remove();
      try {
        open = Optional.of(new Open(file, SeedFile.open(file)));
      } catch (Seeding.BadSeedFile e) {
        said.accept(e.getMessage());
      }
    }
    return open.isPresent();
  }

  private void look() {
    long now = nanos.getAsLong();
    if (now < nextLook) {
      return;
    }
    nextLook = now + quiet / 2;
    for (Path file : folder.filesByNow()) {
      Look look =
          seen.merge(file, look(file, now), (before, here) -> before.same(here) ? before : here);
      if (taken.containsKey(file)) {
        sayIfChanged(file, look);
      } else if (now - look.since() >= quiet) {
        taken.put(file, look);
        ready.add(file);
      }
    }
  }

  private void sayIfChanged(Path file, Look look) {
    if (!taken.get(file).same(look) && changed.add(file)) {
      said.accept(
          "%s: has changed since it was read: what is new in it is read at the next start"
              .formatted(file));
    }
  }

  private static Look look(Path file, long now) {
    File there = file.toFile();
    return new Look(there.length(), there.lastModified(), now);
  }

  @Override
  public void close() {
    open.ifPresent(file -> file.rows().close());
    open = Optional.empty();
  }
}
