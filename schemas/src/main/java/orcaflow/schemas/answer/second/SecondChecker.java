package orcaflow.schemas.answer.second;

/**
 * Compares the final answer of a completion with a reference in another way than {@code
 * AnswerMatcher}: simple rules find the answer, replacements make an arithmetic expression of it,
 * EvalEx evaluates that, and two decimal numbers are compared. It knows numbers only, and it says
 * that it is unsure rather than guess, so that a contradiction means a fault of one of the two.
 */
public final class SecondChecker {

  private SecondChecker() {}

  /**
   * Checks a completion.
   *
   * @param reference an answer, or a text that ends in a marked one
   * @param completion what was written
   */
  public static Check check(String reference, String completion) {
    if (reference == null || reference.isBlank()) {
      return new Check.Unsure("no reference");
    }
    try {
      Value wanted = Clause.value(Place.ofReference(reference));
      Value given = Clause.value(Place.ofCompletion(completion));
      return Tolerance.compare(wanted, given);
    } catch (Unclear e) {
      return new Check.Unsure(e.getMessage());
    }
  }
}
