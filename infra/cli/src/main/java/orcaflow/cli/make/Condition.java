package orcaflow.cli.make;

import java.util.List;
import java.util.Optional;

/**
 * Which solved problems are accepted: all of its terms hold.
 *
 * @param text as it was written
 */
public record Condition(String text, List<Term> terms) {

  public Condition {
    terms = List.copyOf(terms);
  }

  /** A text that is no condition: a sentence with the text and the position. */
  public static final class BadCondition extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BadCondition(String message) {
      super(message);
    }
  }

  /**
   * Reads a condition such as {@code solve_rate in 0.2..0.8 and agent = seed}.
   *
   * @throws BadCondition if it is none
   */
  public static Condition parse(String text) {
    return new Condition(text, new ConditionParser(text).terms());
  }

  /** Whether it asks for rollouts. */
  public boolean needsRollouts() {
    return terms.stream().anyMatch(Condition::isRate);
  }

  private static boolean isRate(Term term) {
    return term instanceof Term.Between between && between.field() == Term.Field.SOLVE_RATE
        || term instanceof Term.Beyond beyond && beyond.field() == Term.Field.SOLVE_RATE;
  }

  /** False once a term fails, true once all hold, else nothing. */
  public Optional<Boolean> holds(Facts facts) {
    List<Optional<Boolean>> each = terms.stream().map(term -> term.holds(facts)).toList();
    if (each.contains(Optional.of(false))) {
      return Optional.of(false);
    }
    return each.contains(Optional.<Boolean>empty()) ? Optional.empty() : Optional.of(true);
  }
}
