package orcaflow.streams.close;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.events.Donor;
import orcaflow.events.GradedRollout;
import orcaflow.streams.pair.Groups;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;

/**
 * All rows that a closed set of graded groups gives under a labelling: the rows that the stages
 * pair and close write of it together. A pure function of the set, in any order, so a replay labels
 * the history of a run again with it, under another labelling.
 *
 * <p>It takes two passes over the events: {@link #add} of each, then {@link #rows} of each. Only
 * wrong rollouts and partial groups are kept, so the set need not fit into memory.
 */
public final class ClosedSet {

  private final Pairing pairing;
  private final Map<Integer, Donors.Ring> donors = new HashMap<>();

  /** Groups that came in more than one event or lack something, by request. */
  private final Map<String, GradedRollout> merged = new HashMap<>();

  /** Revisions that came before the first event of their group, by request. */
  private final Map<String, List<GradedRollout>> early = new HashMap<>();

  /** First events that came after their set was closed, by id. */
  private final Set<String> late = new HashSet<>();

  /** Whether the first pass is over, after which partial groups do not change. */
  private boolean settled;

  public ClosedSet(Labelling labelling) {
    pairing = new Pairing(labelling);
  }

  /** Rows of all groups, in the order of requests. */
  public static List<Pairing.Rows> label(Collection<GradedRollout> events, Labelling labelling) {
    ClosedSet set = new ClosedSet(labelling);
    events.forEach(set::add);
    return events.stream()
        .sorted(Comparator.comparing(Groups::request).thenComparing(GradedRollout::getRevision))
        .map(set::rows)
        .filter(rows -> rows.size() > 0)
        .toList();
  }

  /** First pass: keeps wrong rollouts, which others may borrow, and merges partial groups. */
  public void add(GradedRollout event) {
    String request = Groups.request(event);
    if (!Groups.isFirst(event)) {
      if (merged.computeIfPresent(request, (id, group) -> Groups.merged(group, event)) == null) {
        early.computeIfAbsent(request, id -> new ArrayList<>()).add(event);
      }
    } else if (!Groups.isWhole(event)) {
      GradedRollout group = event;
      for (GradedRollout revision : early.getOrDefault(request, List.of())) {
        group = Groups.merged(group, revision);
      }
      early.remove(request);
      merged.put(request, group);
    }
    if (Groups.isFirst(event) && Groups.isWhole(event)) {
      lend(event);
    }
  }

  /**
   * First pass, for an event that came after its iteration was closed ({@link
   * CloseProcessor#isLate}). A whole group still gives the rows that it gives by itself, which the
   * stage pair writes at once; a revision gives none.
   */
  public void addLate(GradedRollout event) {
    if (Groups.isFirst(event)) {
      late.add(event.getId());
    }
  }

  /** Ends the first pass. From then on several threads may ask for rows. */
  public ClosedSet settle() {
    if (!settled) {
      merged.values().forEach(this::lend);
      settled = true;
    }
    return this;
  }

  /** Second pass: the rows of the group whose first event this is; none for a revision. */
  public Pairing.Rows rows(GradedRollout event) {
    if (!Groups.isFirst(event)) {
      return Pairing.Rows.NONE;
    }
    if (late.contains(event.getId())) {
      return pairing.rows(event);
    }
    settle();
    GradedRollout group = merged.getOrDefault(Groups.request(event), event);
    Pairing.Rows own = pairing.certain(group);
    return pairing.borrows(group) ? own.and(pairing.borrowed(group, lent(group))) : own;
  }

  private void lend(GradedRollout group) {
    if (pairing.labelling().borrows()) {
      Donors.Ring ring = donors.computeIfAbsent(group.getIteration(), n -> new Donors.Ring());
      pairing.donors(group).forEach(ring::add);
    }
  }

  private List<Donor> lent(GradedRollout group) {
    Donors.Ring ring = donors.get(group.getIteration());
    return ring == null ? List.of() : ring.lend(group);
  }
}
