package orcaflow.trainer.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Policy;
import orcaflow.trainer.model.StudentFolder;

/**
 * The policies that are known, a few of them loaded. A policy in use is never closed under its
 * user's hands: it leaves the policies at once and memory when the use ends. Thread-safe.
 */
final class PolicyCache implements AutoCloseable {

  private final int room;
  private final Map<String, Policy> known = new LinkedHashMap<>();
  private final Map<String, Place> loaded = new LinkedHashMap<>(16, 0.75f, true);
  private Optional<Policy> newest = Optional.empty();

  /**
   * @param room how many stay loaded
   */
  PolicyCache(int room) {
    this.room = room;
  }

  /** A loaded policy and how many use it. */
  private static final class Place {
    private final LoadedPolicy served;
    private int users;
    private boolean retired;

    Place(LoadedPolicy served) {
      this.served = served;
    }
  }

  /** Loads a policy and, if it is of the latest iteration, makes it the newest, in that order. */
  void add(Policy policy) {
    LoadedPolicy served = load(policy);
    List<LoadedPolicy> unused;
    synchronized (this) {
      known.put(policy.getVersion(), policy);
      loaded.put(policy.getVersion(), new Place(served));
      if (newest.isEmpty() || newest.get().getIteration() <= policy.getIteration()) {
        newest = Optional.of(policy);
      }
      unused = retireBeyondRoom();
    }
    unused.forEach(LoadedPolicy::close);
  }

  /** Takes note of a policy without loading it. */
  synchronized void note(Policy policy) {
    known.put(policy.getVersion(), policy);
  }

  synchronized Optional<Policy> newest() {
    return newest;
  }

  synchronized boolean knows(String version) {
    return known.containsKey(version);
  }

  /** Known ones whose folders are there, the newest first. Asks the disk. */
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

  /** A policy in somebody's hands, until it is closed. */
  final class Lease implements AutoCloseable {
    private final Place place;

    private Lease(Place place) {
      this.place = place;
    }

    LoadedPolicy served() {
      return place.served;
    }

    @Override
    public void close() {
      giveBack(place);
    }
  }

  /**
   * Lends a policy, loading it if need be.
   *
   * @throws ApiError 404 if it is unknown or its folder is gone
   */
  Lease borrow(String version) {
    return new Lease(take(version));
  }

  private Place take(String version) {
    Policy policy;
    synchronized (this) {
      Place place = loaded.get(version);
      if (place != null) {
        place.users++;
        return place;
      }
      policy = known.get(version);
    }
    if (policy == null || !isThere(policy)) {
      throw ApiError.noSuchPolicy(version);
    }
    Place place = new Place(load(policy));
    List<LoadedPolicy> unused;
    synchronized (this) {
      place.users++;
      loaded.put(version, place);
      unused = retireBeyondRoom();
    }
    unused.forEach(LoadedPolicy::close);
    return place;
  }

  private void giveBack(Place place) {
    boolean last;
    synchronized (this) {
      place.users--;
      last = place.retired && place.users == 0;
    }
    if (last) {
      place.served.close();
    }
  }

  /** Takes the least recently used ones off the policies; answers those that nobody uses now. */
  private List<LoadedPolicy> retireBeyondRoom() {
    List<LoadedPolicy> unused = new ArrayList<>();
    var places = loaded.values().iterator();
    for (int excess = loaded.size() - room; excess > 0; excess--) {
      Place place = places.next();
      places.remove();
      place.retired = true;
      if (place.users == 0) {
        unused.add(place.served);
      }
    }
    return unused;
  }

  private static boolean isThere(Policy policy) {
    return Files.isDirectory(Path.of(policy.getLocation()));
  }

  private static LoadedPolicy load(Policy policy) {
    return new LoadedPolicy(policy, StudentFolder.load(Path.of(policy.getLocation())));
  }

  /** Closes what is loaded; whoever uses one keeps it until the use ends. */
  @Override
  public void close() {
    List<LoadedPolicy> unused = new ArrayList<>();
    synchronized (this) {
      for (Place place : loaded.values()) {
        place.retired = true;
        if (place.users == 0) {
          unused.add(place.served);
        }
      }
      loaded.clear();
    }
    unused.forEach(LoadedPolicy::close);
  }
}
