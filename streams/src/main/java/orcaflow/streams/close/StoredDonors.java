package orcaflow.streams.close;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import orcaflow.events.Donor;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The donors of one iteration in a store, under {@code prefix + place}: the ring is the order of
 * keys.
 *
 * @param prefix of this iteration's keys; no other key begins with it
 */
record StoredDonors(KeyValueStore<String, Donor> store, String prefix) implements Donors {

  /** Sorts behind every place. */
  private static final String END = "g";

  void add(Donor donor) {
    store.put(prefix + Donors.place(donor), donor);
  }

  @Override
  public List<Donor> from(String place, int most, Predicate<Donor> wanted) {
    List<Donor> found = new ArrayList<>();
    take(place, END, most, wanted, found);
    take("", place, most, wanted, found);
    return found;
  }

  /** Deletes up to {@code most} donors, and returns whether none is left. */
  boolean dropped(int most) {
    try (KeyValueIterator<String, Donor> all = store.range(prefix, prefix + END)) {
      for (int i = 0; i < most && all.hasNext(); i++) {
        store.delete(all.next().key);
      }
      return !all.hasNext();
    }
  }

  /** From one place to before another; ranges of a store include their end, this one does not. */
  private void take(String from, String to, int most, Predicate<Donor> wanted, List<Donor> found) {
    if (found.size() >= most) {
      return;
    }
    try (KeyValueIterator<String, Donor> range = store.range(prefix + from, prefix + to)) {
      while (found.size() < most && range.hasNext()) {
        var next = range.next();
        boolean before = next.key.compareTo(prefix + to) < 0;
        if (before && wanted.test(next.value)) {
          found.add(next.value);
        }
      }
    }
  }
}
