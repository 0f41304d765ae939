package orcaflow.stack.words;

import java.util.List;
import java.util.Optional;

/** What happens in one sentence of a story. */
public sealed interface Event {

  /** The quantities of the sentence, in reading order. */
  List<Amount> amounts();

  /** The same event with other quantities, as many as {@link #amounts()} has. */
  Event with(List<Amount> amounts);

  /**
   * The words that tell this event from others when it is asked about: "How many apples did Tom
   * buy?" has one answer only if Tom buys once.
   */
  String deed();

  /** "Tom buys 5 apples.", "Tom gives 3 apples to Ann." */
  record Change(Verb verb, Amount amount, Optional<String> partner) implements Event {

    public Change {
      if (verb.hasPartner() != partner.isPresent()) {
        throw new IllegalArgumentException(
            "%s %s another person".formatted(verb, verb.hasPartner() ? "needs" : "has no"));
      }
    }

    @Override
    public List<Amount> amounts() {
      return List.of(amount);
    }

    @Override
    public Event with(List<Amount> amounts) {
      return new Change(verb, amounts.get(0), partner);
    }

    @Override
    public String deed() {
      return verb.plain();
    }
  }

  /** "Tom buys 3 boxes of 4 apples." */
  record Boxes(Amount boxes, Amount each) implements Event {

    @Override
    public List<Amount> amounts() {
      return List.of(boxes, each);
    }

    @Override
    public Event with(List<Amount> amounts) {
      return new Boxes(amounts.get(0), amounts.get(1));
    }

    @Override
    public String deed() {
      return Verb.BUY.plain();
    }
  }

  /** "Then Tom has twice as many apples." The factor is a word, 2 or 3, and is never asked for. */
  record Times(int factor) implements Event {

    public Times {
      if (factor != 2 && factor != 3) {
        throw new IllegalArgumentException("factor is %d: use 2 or 3".formatted(factor));
      }
    }

    @Override
    public List<Amount> amounts() {
      return List.of();
    }

    @Override
    public Event with(List<Amount> amounts) {
      return this;
    }

    @Override
    public String deed() {
      return factor == 2 ? "double" : "triple";
    }
  }
}
