package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes random problems: 2 to 20 things at first, then events as {@link NextEvent} draws them. */
final class ProblemGenerator {

  private static final int SMALLEST_START = 2;
  private static final int LARGEST_START = 20;

  private final Random random;

  ProblemGenerator(Random random) {
    this.random = random;
  }

  /** A problem that asks for the total after a number of events. */
  Problem forward(int count) {
    String owner = Seeded.pick(random, Lexicon.NAMES);
    String thing = Seeded.pick(random, Lexicon.THINGS);
    long start = start(random);
    List<Event> events = new ArrayList<>();
    long has = start;
    for (int i = 0; i < count; i++) {
      Event event = NextEvent.choose(random, owner, has, events);
      events.add(event);
      has = Solver.tell(has, List.of(event)).orElseThrow();
    }
    return new Problem(owner, thing, Amount.of(start), events, Amount.UNKNOWN);
  }

  /** A number of things at first. */
  static long start(Random random) {
    return SMALLEST_START + random.nextInt(LARGEST_START - SMALLEST_START + 1);
  }

  /** A seed problem. */
  Problem seed() {
    return forward(ProblemSet.SEED_EVENTS);
  }

  /**
   * A benchmark problem: of twenty, three like seeds, eight with an event more, six with two more,
   * three in the form of Ask-Me-Anything.
   */
  Problem heldOut() {
    int twentieth = random.nextInt(20);
    if (twentieth < 3) {
      return seed();
    }
    if (twentieth < 6) {
      return Seeded.pick(random, AskMeAnything.children(seed())).problem();
    }
    return forward(ProblemSet.SEED_EVENTS + (twentieth < 14 ? 1 : 2));
  }
}
