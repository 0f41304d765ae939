package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;

/**
 * A word problem: somebody has a number of things, events change it, and one quantity is asked for.
 * Exactly one amount is unknown: the total at the end in a plain problem, another one in a problem
 * of Ask-Me-Anything, which then tells the total.
 *
 * @param owner whose things are counted
 * @param thing plural noun
 * @param start how many at first
 * @param events what happens, in order; 1 to {@value #MAX_EVENTS}
 * @param total how many at the end
 */
public record Problem(String owner, String thing, Amount start, List<Event> events, Amount total) {

  public static final int MAX_EVENTS = 12;

  public Problem {
    events = List.copyOf(events);
    if (!Lexicon.NAMES.contains(owner)) {
      throw new IllegalArgumentException("owner is %s: not a name I know".formatted(owner));
    }
    if (!Lexicon.THINGS.contains(thing)) {
      throw new IllegalArgumentException("thing is %s: not a thing I know".formatted(thing));
    }
    if (events.isEmpty() || events.size() > MAX_EVENTS) {
      throw new IllegalArgumentException(
          "events are %d: use 1 to %d".formatted(events.size(), MAX_EVENTS));
    }
    long unknown = amounts(start, events, total).stream().filter(Problem::isUnknown).count();
    if (unknown != 1) {
      throw new IllegalArgumentException(
          "unknown amounts are %d: exactly one is asked for".formatted(unknown));
    }
  }

  /** Every quantity in reading order: the start, those of each event, the total. */
  public List<Amount> amounts() {
    return amounts(start, events, total);
  }

  /** The same story with other quantities, as many as {@link #amounts()} has. */
  public Problem with(List<Amount> amounts) {
    List<Event> changed = new ArrayList<>();
    int next = 1;
    for (Event event : events) {
      int end = next + event.amounts().size();
      changed.add(event.with(amounts.subList(next, end)));
      next = end;
    }
    return new Problem(owner, thing, amounts.get(0), changed, amounts.get(next));
  }

  /** Index in {@link #amounts()} of the quantity that is asked for. */
  public int unknown() {
    return amounts().indexOf(Amount.UNKNOWN);
  }

  /** Whether the total at the end is asked for. */
  public boolean isForward() {
    return isUnknown(total);
  }

  /** The same story, stated in full and asking for the total, once the unknown is found. */
  public Problem forward(long answer) {
    if (isForward()) {
      return this;
    }
    List<Amount> amounts = new ArrayList<>(amounts());
    amounts.set(unknown(), Amount.of(answer));
    amounts.set(amounts.size() - 1, Amount.UNKNOWN);
    return with(amounts);
  }

  /** The problem of Ask-Me-Anything that hides quantity {@code index} of a forward problem. */
  public Problem hiding(int index, long knownTotal) {
    List<Amount> amounts = new ArrayList<>(amounts());
    amounts.set(amounts.size() - 1, Amount.of(knownTotal));
    amounts.set(index, Amount.UNKNOWN);
    return with(amounts);
  }

  /** Whether the question can mean only one event of the story. */
  public boolean asksClearly() {
    return events.stream()
        .filter(event -> event.amounts().contains(Amount.UNKNOWN))
        .allMatch(asked -> events.stream().filter(e -> e.deed().equals(asked.deed())).count() == 1);
  }

  private static List<Amount> amounts(Amount start, List<Event> events, Amount total) {
    List<Amount> all = new ArrayList<>();
    all.add(start);
    events.forEach(event -> all.addAll(event.amounts()));
    all.add(total);
    return all;
  }

  private static boolean isUnknown(Amount amount) {
    return amount instanceof Amount.Unknown;
  }
}
