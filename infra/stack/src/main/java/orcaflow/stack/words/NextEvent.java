package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Chooses what may happen next in a story: kinds evenly, then the numbers of the kind evenly. A
 * deed that the story has already is taken only when no other fits, so that every quantity can be
 * asked about.
 */
final class NextEvent {

  /** Totals stay below this, so that a small student meets three digits at most. */
  static final long LARGEST_TOTAL = 199;

  static final List<Amount> NUMBERS = LongStream.rangeClosed(2, 9).mapToObj(Amount::of).toList();

  /** Every event there is, by kind; who else takes part is filled in when one is chosen. */
  private static final List<List<Event>> KINDS = kinds();

  private NextEvent() {}

  /**
   * @param has how many things there are before the event
   * @param earlier the events so far
   * @return an event after which there are 2 to {@value #LARGEST_TOTAL} things (or no more than
   *     before, where there are more already)
   */
  static Event choose(Random random, String owner, long has, List<Event> earlier) {
    List<String> others = Lexicon.NAMES.stream().filter(name -> !name.equals(owner)).toList();
    String partner = Seeded.pick(random, others);
    long most = Math.max(LARGEST_TOTAL, has);
    List<List<Event>> kinds =
        KINDS.stream()
            .map(kind -> kind.stream().filter(event -> fits(has, event, most)).toList())
            .filter(kind -> !kind.isEmpty())
            .toList();
    List<List<Event>> fresh = kinds.stream().filter(kind -> isFresh(kind.get(0), earlier)).toList();
    Event event = Seeded.pick(random, Seeded.pick(random, fresh.isEmpty() ? kinds : fresh));
    return event instanceof Event.Change change && change.verb().hasPartner()
        ? new Event.Change(change.verb(), change.amount(), Optional.of(partner))
        : event;
  }

  /** Whether an event may happen after which there are at most {@code most} things. */
  static boolean fits(long has, Event event, long most) {
    // Never 0 or 1 at the end of a sentence: "1 apples", and nothing to double.
    return Solver.tell(has, List.of(event)).filter(n -> n >= 2 && n <= most).isPresent();
  }

  private static boolean isFresh(Event event, List<Event> earlier) {
    return earlier.stream().noneMatch(e -> e.deed().equals(event.deed()));
  }

  private static List<List<Event>> kinds() {
    List<List<Event>> kinds = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      kinds.add(NUMBERS.stream().map(number -> change(verb, number)).toList());
    }
    kinds.add(
        NUMBERS.stream()
            .flatMap(boxes -> NUMBERS.stream().map(each -> new Event.Boxes(boxes, each)))
            .map(Event.class::cast)
            .toList());
    kinds.add(List.of(new Event.Times(2)));
    kinds.add(List.of(new Event.Times(3)));
    return kinds;
  }

  private static Event change(Verb verb, Amount number) {
    Optional<String> anybody = Optional.of(Lexicon.NAMES.get(0)).filter(n -> verb.hasPartner());
    return new Event.Change(verb, number, anybody);
  }
}
