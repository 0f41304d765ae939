package orcaflow.streams.close;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import orcaflow.events.Donor;
import orcaflow.events.GradedRollout;
import orcaflow.schemas.Ids;
import orcaflow.streams.pair.Groups;

/**
 * The wrong rollouts of a closed set, on a hash ring: each at the hash of its id. A group that
 * borrows draws one place for each answer it wants, hashed from the group's id, and takes one of
 * the next few answers at that place, again by hash. So the borrowed answers depend on the group
 * and on the set, and not on the order in which the set arrived. One more answer in the set changes
 * the answers of few groups.
 */
public interface Donors {

  /**
   * How many answers are candidates at a place. With one candidate, answers after a wide gap would
   * be borrowed more often (the widest of n gaps is about log n times the mean); with sixteen the
   * gaps even out.
   */
  int WINDOW = 16;

  /** The next wanted donors at or after the place, at most {@code most}, once round the ring. */
  List<Donor> from(String place, int most, Predicate<Donor> wanted);

  /** Where a donor is on the ring: 32 hex digits. */
  static String place(Donor donor) {
    return Ids.hash("donor", donor.getRolloutId());
  }

  /** The answers that a group borrows: one for each of its rollouts, or fewer if there are not. */
  default List<Donor> lend(GradedRollout group) {
    Map<String, Donor> lent = new LinkedHashMap<>();
    for (int slot = 0; slot < group.getCompletions().size(); slot++) {
      String place = Ids.hash("borrower", Groups.request(group), Integer.toString(slot));
      from(
              place,
              WINDOW,
              donor ->
                  !donor.getProblemId().equals(group.getProblemId())
                      && !lent.containsKey(donor.getRolloutId()))
          .stream()
          .min(Comparator.comparingLong(donor -> draw(place, place(donor))))
          .ifPresent(donor -> lent.put(donor.getRolloutId(), donor));
    }
    return List.copyOf(lent.values());
  }

  /** A hash of two places; the constants are those of MurmurHash3's last mixing step. */
  private static long draw(String place, String other) {
    long bits = Long.parseUnsignedLong(place, 0, 16, 16) ^ Long.parseUnsignedLong(other, 0, 16, 16);
    bits = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
    bits = (bits ^ bits >>> 33) * 0xc4ceb9fe1a85ec53L;
    return bits ^ bits >>> 33;
  }

  /** A ring in memory. */
  final class Ring implements Donors {
    private final NavigableMap<String, Donor> donors = new TreeMap<>();

    void add(Donor donor) {
      donors.put(place(donor), donor);
    }

    @Override
    public List<Donor> from(String place, int most, Predicate<Donor> wanted) {
      // A stream over part of a tree would first count it.
      List<Donor> found = new ArrayList<>(most);
      for (NavigableMap<String, Donor> part :
          List.of(donors.tailMap(place, true), donors.headMap(place, false))) {
        Iterator<Donor> next = part.values().iterator();
        while (found.size() < most && next.hasNext()) {
          Donor donor = next.next();
          if (wanted.test(donor)) {
            found.add(donor);
          }
        }
      }
      return found;
    }
  }
}
