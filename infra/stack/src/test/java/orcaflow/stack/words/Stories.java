package orcaflow.stack.words;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Any story of the English, far beyond what the generator makes, and what it comes to. */
public class Stories extends DomainContextBase {

  @Provide
  Arbitrary<Problem> problems() {
    return Arbitraries.of(Lexicon.NAMES)
        .flatMap(
            owner ->
                Combinators.combine(
                        Arbitraries.of(Lexicon.THINGS),
                        Arbitraries.longs().between(0, 999),
                        events(owner).list().ofMinSize(1).ofMaxSize(Problem.MAX_EVENTS))
                    .as(
                        (thing, start, events) ->
                            new Problem(owner, thing, Amount.of(start), events, Amount.UNKNOWN)));
  }

  private static Arbitrary<Event> events(String owner) {
    Arbitrary<Amount> amounts = Arbitraries.longs().between(0, 99).map(Amount::of);
    Arbitrary<String> others = Arbitraries.of(Lexicon.NAMES).filter(n -> !n.equals(owner));
    Arbitrary<Event> changes =
        Combinators.combine(Arbitraries.of(Verb.class), amounts, others)
            .as(
                (verb, amount, other) ->
                    new Event.Change(
                        verb, amount, Optional.of(other).filter(o -> verb.hasPartner())));
    Arbitrary<Event> boxes = Combinators.combine(amounts, amounts).as(Event.Boxes::new);
    Arbitrary<Event> times = Arbitraries.of(2, 3).map(Event.Times::new);
    return Arbitraries.oneOf(changes, boxes, times);
  }

  /**
   * What a story told in full comes to, worked out from the model alone; negative when it fails.
   */
  static BigDecimal simulate(long start, List<Event> events) {
    BigDecimal has = BigDecimal.valueOf(start);
    for (Event event : events) {
      List<BigDecimal> numbers =
          event.amounts().stream()
              .map(a -> BigDecimal.valueOf(((Amount.Known) a).value()))
              .toList();
      if (event instanceof Event.Times times) {
        has = has.multiply(BigDecimal.valueOf(times.factor()));
      } else if (event instanceof Event.Boxes) {
        has = has.add(numbers.get(0).multiply(numbers.get(1)));
      } else {
        boolean more = List.of("buy", "find", "get").contains(event.deed());
        has = more ? has.add(numbers.get(0)) : has.subtract(numbers.get(0));
      }
      if (has.signum() < 0) {
        return has;
      }
    }
    return has;
  }
}
