package orcaflow.agents.ask;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Problem;
import orcaflow.schemas.answer.FinalAnswer;

/**
 * Whether a child of Ask-Me-Anything hides its answer and can still be solved, as far as numbers
 * say so. The answer is a number of the original; the question states it once less than the
 * original does; and it states every other number that the original gives in digits, and the
 * original's answer where one is known.
 *
 * @param original numbers of the original
 * @param answer the original's answer; empty where none is known or it is no number
 */
record HiddenTarget(StatedNumbers original, Optional<BigDecimal> answer) {

  static HiddenTarget of(Problem problem) {
    return of(
        problem.getQuestion(),
        Optional.ofNullable(problem.getExpectedAnswer())
            .or(
                () ->
                    Optional.ofNullable(problem.getSolution())
                        .flatMap(FinalAnswer::of)
                        .map(FinalAnswer::text)));
  }

  static HiddenTarget of(String question, Optional<String> answer) {
    return new HiddenTarget(
        StatedNumbers.in(question),
        answer.map(text -> StatedNumbers.in(text).inDigits()).flatMap(HiddenTarget::only));
  }

  /** Why a block cannot be used, in a sentence; empty where it can. */
  Optional<String> fault(String question, String hiddenAnswer) {
    Optional<BigDecimal> hidden = StatedNumbers.plainNumber(hiddenAnswer);
    if (hidden.isEmpty()) {
      return Optional.of("the answer is not a plain number");
    }
    return fault(StatedNumbers.in(question), hidden.get());
  }

  private Optional<String> fault(StatedNumbers child, BigDecimal hidden) {
    if (original.count(hidden) == 0 && !isAnswer(hidden)) {
      return Optional.of("the answer %s is no number of the problem".formatted(shown(hidden)));
    }
    if (child.count(hidden) > mayState(hidden)) {
      return Optional.of("the question states the hidden value %s".formatted(shown(hidden)));
    }
    return needed(hidden).stream()
        .filter(number -> child.count(number) == 0)
        .findFirst()
        .map(number -> "the question lacks the number %s".formatted(shown(number)));
  }

  /** The original's occurrences but the hidden one, and one more where its answer is the same. */
  private long mayState(BigDecimal hidden) {
    return original.count(hidden) - 1 + (isAnswer(hidden) ? 1 : 0);
  }

  private List<BigDecimal> needed(BigDecimal hidden) {
    List<BigDecimal> needed = new ArrayList<>(original.inDigits());
    answer.ifPresent(needed::add);
    needed.remove(hidden);
    return needed;
  }

  private boolean isAnswer(BigDecimal number) {
    return answer.filter(number::equals).isPresent();
  }

  private static Optional<BigDecimal> only(List<BigDecimal> numbers) {
    return numbers.size() == 1 ? Optional.of(numbers.get(0)) : Optional.empty();
  }

  private static String shown(BigDecimal number) {
    return number.toPlainString();
  }
}
