package orcaflow.stack.words;

import java.util.Optional;

/**
 * Compares a student's final answer with the reference, as numbers and exactly. It reads nothing
 * but the final number of each, so no sentence of the student can talk it into a verdict.
 */
public final class Judge {

  private Judge() {}

  /** The reply to a prompt: what was compared, then the line {@code VERDICT: ...}. */
  public static String reply(String reference, String student) {
    Optional<FinalNumber> expected = FinalNumber.of(reference);
    Optional<FinalNumber> given = FinalNumber.of(student);
    if (expected.isEmpty()) {
      return "The reference holds no number.\nVERDICT: unclear";
    }
    if (given.isEmpty()) {
      return "The student gives no number.\nVERDICT: unclear";
    }
    return "The reference is %s. The student's final answer is %s.\nVERDICT: %s"
        .formatted(
            expected.get(),
            given.get(),
            expected.get().isSameAs(given.get()) ? "same" : "different");
  }
}
