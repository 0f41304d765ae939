package orcaflow.trainer.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import orcaflow.events.Policy;
import orcaflow.trainer.model.StudentFolder;

/**
 * The policies that are known, a few of them loaded. A policy in use stays in memory until its last
 * lease is closed, even if it has left the cache by then. Thread-safe.
 */
final class PolicyCache implements AutoCloseable {

  private final int capacity;
  private final Lock adding = new ReentrantLock();
  private final Map<String, Policy> known = new LinkedHashMap<>();
  private final Map<String, Entry> loaded = new LinkedHashMap<>(16, 0.75f, true);
  private Optional<Newest> newest = Optional.empty();
  private Optional<LoadedStudent> candidate = Optional.empty();

  /**
   * @param capacity how many stay loaded
   */
  PolicyCache(int capacity) {
    this.capacity = capacity;
  }

  /**
   * The newest policy.
   *
   * @param since when it became that here
   */
  record Newest(Policy policy, Instant since) {}

  /** A loaded policy and how many use it. */
  private static final class Entry {
    private final LoadedPolicy served;
    private int users;
    private boolean retired;

    Entry(LoadedPolicy served) {
      this.served = served;
    }
  }

  /**
   * Loads a policy and, if it is of the latest iteration, makes it the newest, in that order. One
   * that is the newest already stays as it is. One at a time: a policy may come from the trainer
   * and from its topic in the same moment.
   */
  void add(Policy policy) {
    adding.lock();
    try {
      if (newest().filter(known -> isSame(known.policy(), policy)).isEmpty()) {
        serve(policy);
      }
    } finally {
      adding.unlock();
    }
  }

  private void serve(Policy policy) {
    LoadedPolicy served = load(policy);
    List<LoadedPolicy> unused;
    Optional<LoadedStudent> prepared;
    synchronized (this) {
      prepared = candidate;
      candidate = Optional.empty();
      known.put(policy.getVersion(), policy);
      unused = put(policy.getVersion(), new Entry(served));
      if (newest.isEmpty() || newest.get().policy().getIteration() <= policy.getIteration()) {
        newest = Optional.of(new Newest(policy, Instant.now()));
      }
    }
    unused.forEach(LoadedPolicy::close);
    prepared.ifPresent(LoadedStudent::close);
  }

  /**
   * By what names a policy: an event that was read back has a coarser time than the one written.
   */
  private static boolean isSame(Policy a, Policy b) {
    return a.getVersion().equals(b.getVersion()) && a.getIteration() == b.getIteration();
  }

  /**
   * Loads what an iteration ended with before it is known whether it becomes a policy, so that the
   * policy is served as soon as it is published. One candidate is kept, until the next policy.
   */
  void prepare(StudentFolder student) {
    LoadedStudent loading = new LoadedStudent(student.weights().hash(), student);
    Optional<LoadedStudent> before;
    synchronized (this) {
      before = candidate;
      candidate = Optional.of(loading);
    }
    before.ifPresent(LoadedStudent::close);
  }

  /** Makes a policy known without loading it. */
  synchronized void note(Policy policy) {
    known.put(policy.getVersion(), policy);
  }

  synchronized Optional<Newest> newest() {
    return newest;
  }

  /** The version of the newest policy if it came after that one, else that one. */
  synchronized String newestSince(String version) {
    Policy since = known.get(version);
    return newest
        .map(Newest::policy)
        .filter(policy -> since != null && policy.getIteration() > since.getIteration())
        .map(Policy::getVersion)
        .orElse(version);
  }

  synchronized boolean knows(String version) {
    return known.containsKey(version);
  }

  /** Known ones whose folders exist, the newest first. Reads the disk. */
  List<Policy> servable() {
    List<Policy> all;
    synchronized (this) {
      all = List.copyOf(known.values());
    }
    return all.stream()
        .filter(PolicyCache::isThere)
        .sorted(Comparator.comparing(Policy::getIteration).reversed())
        .toList();
  }

  /** A loaded policy that stays in memory until this is closed. */
  final class Lease implements AutoCloseable {
    private final Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    LoadedPolicy policy() {
      return entry.served;
    }

    @Override
    public void close() {
      release(entry);
    }
  }

  /**
   * Leases a policy, and loads it if necessary.
   *
   * @throws ApiError 404 if it is unknown or its folder is gone
   */
  Lease lease(String version) {
    return new Lease(acquire(version));
  }

  private Entry acquire(String version) {
    Policy policy;
    synchronized (this) {
      Entry entry = loaded.get(version);
      if (entry != null) {
        entry.users++;
        return entry;
      }
      policy = known.get(version);
    }
    if (policy == null || !isThere(policy)) {
      throw ApiError.noSuchPolicy(version);
    }
    Entry entry = new Entry(load(policy));
    List<LoadedPolicy> unused;
    synchronized (this) {
      entry.users++;
      unused = put(version, entry);
    }
    unused.forEach(LoadedPolicy::close);
    return entry;
  }

  private void release(Entry entry) {
    boolean last;
    synchronized (this) {
      entry.users--;
      last = entry.retired && entry.users == 0;
    }
    if (last) {
      entry.served.close();
    }
  }

  /**
   * Puts a policy in, in the place of one that another thread has loaded, and removes the least
   * recently used ones.
   *
   * @return those of the removed ones that have no lease
   */
  private List<LoadedPolicy> put(String version, Entry entry) {
    List<Entry> removed = new ArrayList<>();
    Optional.ofNullable(loaded.put(version, entry)).ifPresent(removed::add);
    var entries = loaded.values().iterator();
    for (int excess = loaded.size() - capacity; excess > 0; excess--) {
      removed.add(entries.next());
      entries.remove();
    }
    removed.forEach(one -> one.retired = true);
    return removed.stream().filter(one -> one.users == 0).map(one -> one.served).toList();
  }

  private static boolean isThere(Policy policy) {
    return Files.isDirectory(Path.of(policy.getLocation()));
  }

  private LoadedPolicy load(Policy policy) {
    return new LoadedPolicy(policy.getVersion(), inMemory(policy).orElseGet(() -> read(policy)));
  }

  private static LoadedStudent read(Policy policy) {
    return new LoadedStudent(
        policy.getWeightsHash(), StudentFolder.load(Path.of(policy.getLocation())));
  }

  /** The student of a policy whose folder exists, if the same weights are in memory already. */
  private synchronized Optional<LoadedStudent> inMemory(Policy policy) {
    return isThere(policy)
        ? Stream.concat(
                candidate.stream(), loaded.values().stream().map(entry -> entry.served.student()))
            .filter(student -> student.weightsHash().equals(policy.getWeightsHash()))
            .findFirst()
            .map(LoadedStudent::share)
        : Optional.empty();
  }

  /** Closes what is loaded; a leased policy is closed with its last lease. */
  @Override
  public void close() {
    List<LoadedPolicy> unused = new ArrayList<>();
    synchronized (this) {
      candidate.ifPresent(LoadedStudent::close);
      candidate = Optional.empty();
      for (Entry entry : loaded.values()) {
        entry.retired = true;
        if (entry.users == 0) {
          unused.add(entry.served);
        }
      }
      loaded.clear();
    }
    unused.forEach(LoadedPolicy::close);
  }
}
