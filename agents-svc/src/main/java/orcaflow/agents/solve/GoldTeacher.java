package orcaflow.agents.solve;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;
import orcaflow.schemas.answer.FinalAnswer;

/** Teaches with the problem's own solution or answer, without a model. */
final class GoldTeacher implements Teacher {

  /** GSM8K's calculator annotations, such as {@code <<48/2=24>>}. */
  private static final Pattern CALCULATOR = Pattern.compile("<<[^<>\\n]*>>");

  @Override
  public Future<Attempt> solve(Problem problem) {
    return Future.succeededFuture(
        text(
                Optional.ofNullable(problem.getSolution()),
                Optional.ofNullable(problem.getExpectedAnswer()))
            .<Attempt>map(text -> new Attempt.Solved(text, "", ""))
            .orElseGet(
                () ->
                    new Attempt.Unsolved(
                        SolutionStatus.REFUSED,
                        "",
                        "the problem has no gold solution or answer",
                        "",
                        "")));
  }

  /** A solution that ends in {@code #### answer}; empty where no answer is known. */
  static Optional<String> text(Optional<String> solution, Optional<String> answer) {
    Optional<String> worked =
        solution
            .map(text -> CALCULATOR.matcher(text).replaceAll("").strip())
            .filter(text -> !text.isEmpty());
    return answer
        .or(() -> worked.flatMap(FinalAnswer::of).map(FinalAnswer::text))
        .map(last -> worked.map(text -> withoutAnswerLine(text) + "\n").orElse("") + "#### " + last)
        .map(String::strip);
  }

  private static String withoutAnswerLine(String text) {
    int mark = text.lastIndexOf("####");
    return mark < 0 ? text : text.substring(0, mark).strip();
  }
}
