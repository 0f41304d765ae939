package orcaflow.cli.make;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** One comparison of a condition. */
sealed interface Term {

  /** Whether it holds; nothing where the fact is not known yet. */
  Optional<Boolean> holds(Facts facts);

  /** A field that is a number. */
  enum Field {
    SOLVE_RATE("solve_rate", Facts::solveRate),
    QUESTION_WORDS("question_words", facts -> OptionalDouble.of(facts.questionWords())),
    SOLUTION_WORDS("solution_words", facts -> OptionalDouble.of(facts.solutionWords())),
    ROUND("round", facts -> OptionalDouble.of(facts.round()));

    final String word;
    private final Function<Facts, OptionalDouble> value;

    Field(String word, Function<Facts, OptionalDouble> value) {
      this.word = word;
      this.value = value;
    }

    static Optional<Field> of(String word) {
      return Arrays.stream(values()).filter(field -> field.word.equals(word)).findFirst();
    }
  }

  /** A number between two bounds, both included. */
  record Between(Field field, double low, double high) implements Term {
    @Override
    public Optional<Boolean> holds(Facts facts) {
      OptionalDouble value = field.value.apply(facts);
      return value.isEmpty()
          ? Optional.empty()
          : Optional.of(value.getAsDouble() >= low && value.getAsDouble() <= high);
    }
  }

  /** A number strictly above or below another. */
  record Beyond(Field field, boolean above, double bound) implements Term {
    @Override
    public Optional<Boolean> holds(Facts facts) {
      OptionalDouble value = field.value.apply(facts);
      return value.isEmpty()
          ? Optional.empty()
          : Optional.of(above ? value.getAsDouble() > bound : value.getAsDouble() < bound);
    }
  }

  /** Who wrote the question. */
  record WrittenBy(String agent) implements Term {
    @Override
    public Optional<Boolean> holds(Facts facts) {
      return Optional.of(facts.agent().equals(agent));
    }
  }
}
