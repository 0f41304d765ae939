package orcaflow.agents.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.service.Folders;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process of the agents knows of its run's topics, in RocksDB in a folder of its own: a
 * start reads only what came since the last, and memory does not grow with the topics. Everything
 * here can be made again from them, so a folder that is damaged, or that is of other topics, is
 * emptied.
 *
 * <p>Written in order and never synchronised: after a crash the last writes may be missing, but
 * none that stands before one that is there.
 */
public final class StateStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
  private static final String IN_USE = "lock";
  private static final byte[] NOTHING = {};
  private static final String RULE = "rule of what is wanted";

  static {
    RocksDB.loadLibrary();
  }

  private final Path dir;
  private final boolean temporary;
  private final StoreOptions options = new StoreOptions();
  private final WriteOptions writing = new WriteOptions();
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private final RocksDB db;
  private boolean closed;

  private StateStore(Path dir, boolean temporary) throws RocksDBException {
    this.dir = dir;
    this.temporary = temporary;
    try {
      Files.createDirectories(dir);
      db = RocksDB.open(options.options(), dir.toString());
    } catch (IOException e) {
      options.close();
      throw new UncheckedIOException("the state folder %s cannot be made".formatted(dir), e);
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  /**
   * Opens the store in a folder. While another process has it open, as one that is about to be
   * fenced, this one works in a temporary folder.
   *
   * @param topics what the store knows something of
   * @throws UncheckedIOException if there can be no files in the folder
   */
  public static StateStore open(Path dir, Cluster cluster, Collection<Topic<?>> topics) {
    try {
      return of(new StateStore(dir, false), cluster, topics);
    } catch (RocksDBException failure) {
      if (inUse(failure)) {
        LOG.warn(
            "the state folder {} is in use by another process: this one reads the topics from their"
                + " beginning, into a temporary folder",
            dir);
        return temporary(cluster, topics);
      }
      LOG.warn(
          "the state folder {} is damaged and made again from the topics: {}",
          dir,
          failure.getMessage());
      delete(dir);
    }
    try {
      return of(new StateStore(dir, false), cluster, topics);
    } catch (RocksDBException failure) {
      throw failed(dir, failure);
    }
  }

  /** A store in a temporary folder, which is deleted at its end. */
  public static StateStore temporary(Cluster cluster, Collection<Topic<?>> topics) {
    Path dir = temporaryFolder();
    try {
      return of(new StateStore(dir, true), cluster, topics);
    } catch (RocksDBException failure) {
      throw failed(dir, failure);
    }
  }

  private static StateStore of(StateStore store, Cluster cluster, Collection<Topic<?>> topics) {
    try {
      StateOrigin.check(store, cluster, topics);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** RocksDB has no status of its own for a folder that is open elsewhere. */
  private static boolean inUse(RocksDBException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(IN_USE);
  }

  /** The entries of one kind. */
  public Table table(Kind kind) {
    return new Table((byte) kind.ordinal());
  }

  /** Removes all that is in it. */
  void clear() {
    for (Kind kind : Kind.values()) {
      table(kind).clear();
    }
  }

  /** Makes what was written outlive this process. */
  void flush() {
    run(() -> db.flushWal(false));
  }

  /** What there are entries of. The order is part of the stored form. */
  public enum Kind {
    ORIGIN,
    POSITIONS,
    FINISHED_INPUTS,
    MODEL_CALLS,
    SENT_CALLS,
    SETTLED_EARLY,
    SETTLED_INPUTS,
    SEEDED_CANDIDATES
  }

  /** The entries of one kind: ids with values. Ids that are no hash are kept as their hash. */
  public final class Table {

    private final byte prefix;

    private Table(byte prefix) {
      this.prefix = prefix;
    }

    public boolean contains(String id) {
      return find(id).isPresent();
    }

    public Optional<byte[]> find(String id) {
      return call(() -> Optional.ofNullable(db.get(key(id))));
    }

    /** Puts the entry in the place of an earlier one. */
    public void put(String id, byte[] value) {
      run(() -> db.put(writing, key(id), value));
    }

    /** Puts ids alone. */
    public void add(String id) {
      put(id, NOTHING);
    }

    /** Puts ids alone, all or none. */
    public void addAll(Collection<String> ids) {
      run(
          () -> {
            try (WriteBatch batch = new WriteBatch()) {
              for (String id : ids) {
                batch.put(key(id), NOTHING);
              }
              db.write(writing, batch);
            }
          });
    }

    public void remove(String id) {
      run(() -> db.delete(writing, key(id)));
    }

    /** All values, by their ids. */
    public List<byte[]> values() {
      return call(
          () -> {
            List<byte[]> values = new ArrayList<>();
            try (RocksIterator entries = db.newIterator()) {
              entries.seek(new byte[] {prefix});
              while (entries.isValid() && entries.key()[0] == prefix) {
                values.add(entries.value());
                entries.next();
              }
              entries.status();
            }
            return values;
          });
    }

    /** Removes all entries of this kind. */
    public void clear() {
      run(() -> db.deleteRange(writing, new byte[] {prefix}, new byte[] {(byte) (prefix + 1)}));
    }

    private byte[] key(String id) {
      byte[] key = new byte[17];
      key[0] = prefix;
      byte[] hash = HexFormat.of().parseHex(Ids.isHash(id) ? id : Ids.hash(id));
      System.arraycopy(hash, 0, key, 1, hash.length);
      return key;
    }
  }

  @FunctionalInterface
  private interface Access<T> {
    T get() throws RocksDBException;
  }

  @FunctionalInterface
  private interface Change {
    void make() throws RocksDBException;
  }

  private void run(Change change) {
    call(
        () -> {
          change.make();
          return null;
        });
  }

  /** Native memory is freed by {@link #close}, so nobody may be in it then, or come after. */
  private <T> T call(Access<T> access) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the state in %s is closed".formatted(dir));
      }
      return access.get();
    } catch (RocksDBException failure) {
      throw failed(dir, failure);
    } finally {
      use.readLock().unlock();
    }
  }

  private static IllegalStateException failed(Path dir, RocksDBException failure) {
    return new IllegalStateException(
        "the state in %s cannot be read or written: %s".formatted(dir, failure.getMessage()),
        failure);
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      flushAtEnd();
      db.close();
      writing.close();
      options.close();
    } finally {
      use.writeLock().unlock();
    }
    if (temporary) {
      delete(dir);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("orcaflow-agents");
    } catch (IOException e) {
      throw new UncheckedIOException("there can be no temporary folder", e);
    }
  }

  private static void delete(Path dir) {
    try {
      Folders.delete(dir);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder %s cannot be deleted".formatted(dir), e);
    }
  }

  private void flushAtEnd() {
    try {
      db.flushWal(false);
    } catch (RocksDBException e) {
      LOG.warn("the last writes of the state in {} are lost: {}", dir, e.getMessage());
    }
  }

  private static SavedPositions decoded(byte[] bytes) {
    return StateJson.read(bytes, SavedPositions.class);
  }

  /** How far a reader is in a topic; nothing where it has not begun. */
  Optional<SavedPositions> positions(String reader) {
    return table(Kind.POSITIONS).find(reader).map(StateStore::decoded);
  }

  /** Saves it, behind all that the reader has written. */
  void save(String reader, SavedPositions positions) {
    table(Kind.POSITIONS).put(reader, StateJson.bytes(positions));
    flush();
  }

  /** All offsets that the store has of topics. */
  List<SavedPositions> allPositions() {
    return Stream.of(Kind.POSITIONS, Kind.SETTLED_INPUTS)
        .flatMap(kind -> table(kind).values().stream())
        .map(StateStore::decoded)
        .toList();
  }

  /** Of each partition of the topic how far all inputs are settled for a stage. */
  public Map<Integer, Long> settled(String stage) {
    return table(Kind.SETTLED_INPUTS)
        .find(stage)
        .map(StateStore::decoded)
        .map(SavedPositions::offsets)
        .orElseGet(Map::of);
  }

  /** Keeps how far all inputs of a stage are settled. */
  public void settled(String stage, String topic, Map<Integer, Long> offsets) {
    table(Kind.SETTLED_INPUTS).put(stage, StateJson.bytes(new SavedPositions(topic, offsets, "")));
    flush();
  }

  /**
   * Says which inputs the stages want. Where it was another rule before, how far they are settled
   * is forgotten: what nobody wanted may be wanted now.
   */
  public void settleBy(String rule) {
    byte[] now = rule.getBytes(StandardCharsets.UTF_8);
    Table origin = table(Kind.ORIGIN);
    if (!Arrays.equals(now, origin.find(RULE).orElse(null))) {
      table(Kind.SETTLED_INPUTS).clear();
      origin.put(RULE, now);
      flush();
    }
  }
}
