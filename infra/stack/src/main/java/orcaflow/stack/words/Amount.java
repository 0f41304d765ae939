package orcaflow.stack.words;

/** A quantity of a problem: a number that is stated, or the one that is asked for. */
public sealed interface Amount {

  Amount UNKNOWN = new Unknown();

  static Amount of(long value) {
    return new Known(value);
  }

  /** A number the text tells, from 0 to {@value #MAX}. */
  record Known(long value) implements Amount {

    public static final long MAX = 999_999;

    public Known {
      if (value < 0 || value > MAX) {
        throw new IllegalArgumentException(
            "amount is %d: use a number from 0 to %d".formatted(value, MAX));
      }
    }
  }

  /** The number the problem asks for. */
  record Unknown() implements Amount {}
}
