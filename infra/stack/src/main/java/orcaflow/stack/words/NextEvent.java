package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Chooses what may happen next in a story: kinds evenly, then the numbers of the kind evenly. A
 * deed that the story has already is taken only when no other fits, so that every quantity can be
 * asked about.
 */
final class NextEvent {

  /** Totals stay below this, so that a small student meets three digits at most. */
  static final long LARGEST_TOTAL = 199;

  private static final int[] NUMBERS = IntStream.rangeClosed(2, 9).toArray();

  private NextEvent() {}

  /**
   * @param has how many things there are before the event
   * @param earlier the events so far
   * @return an event after which there are 2 to {@value #LARGEST_TOTAL} things (or no more than
   *     before, where there are more already)
   */
  static Event choose(Random random, String owner, long has, List<Event> earlier) {
    List<String> others = Lexicon.NAMES.stream().filter(name -> !name.equals(owner)).toList();
    List<List<Event>> kinds = kinds(has, Seeded.pick(random, others));
    List<List<Event>> fresh = kinds.stream().filter(kind -> isFresh(kind.get(0), earlier)).toList();
    return Seeded.pick(random, Seeded.pick(random, fresh.isEmpty() ? kinds : fresh));
  }

  private static boolean isFresh(Event event, List<Event> earlier) {
    return earlier.stream().noneMatch(e -> e.deed().equals(event.deed()));
  }

  private static List<List<Event>> kinds(long has, String partner) {
    List<List<Event>> kinds = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      List<Event> changes = new ArrayList<>();
      for (int number : NUMBERS) {
        Optional<String> other = verb.hasPartner() ? Optional.of(partner) : Optional.empty();
        changes.add(new Event.Change(verb, Amount.of(number), other));
      }
      kinds.add(changes);
    }
    List<Event> boxes = new ArrayList<>();
    for (int number : NUMBERS) {
      for (int each : NUMBERS) {
        boxes.add(new Event.Boxes(Amount.of(number), Amount.of(each)));
      }
    }
    kinds.add(boxes);
    kinds.add(List.of(new Event.Times(2)));
    kinds.add(List.of(new Event.Times(3)));
    long most = Math.max(LARGEST_TOTAL, has);
    return kinds.stream()
        .map(kind -> kind.stream().filter(event -> fits(has, event, most)).toList())
        .filter(kind -> !kind.isEmpty())
        .toList();
  }

  private static boolean fits(long has, Event event, long most) {
    // Never 0 or 1 at the end of a sentence: "1 apples", and nothing to double.
    return Solver.tell(has, List.of(event)).filter(n -> n >= 2 && n <= most).isPresent();
  }
}
