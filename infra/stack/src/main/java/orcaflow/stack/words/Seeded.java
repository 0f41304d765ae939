package orcaflow.stack.words;

import java.util.List;
import java.util.Random;
import orcaflow.schemas.Ids;

/** Randomness that belongs to a text and a purpose, so that every choice can be made again. */
final class Seeded {

  private Seeded() {}

  /** {@link Random}, because its sequence is part of Java's specification. */
  static Random random(String purpose, String text) {
    return new Random(Long.parseUnsignedLong(Ids.hash(purpose, text).substring(0, 16), 16));
  }

  /** The same for every spelling of a problem that counts as equal. */
  static Random random(String purpose, Problem problem) {
    return random(purpose, Ids.problem(EnglishWriter.write(problem)));
  }

  static <T> T pick(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
