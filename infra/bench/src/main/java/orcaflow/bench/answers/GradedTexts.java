package orcaflow.bench.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.words.ProblemSet;
import orcaflow.stack.words.SolutionStyle;
import orcaflow.stack.words.Teacher;

/**
 * Worked solutions of scripted problems whose answer is right or off by a little, in the forms that
 * students write: a mark, words, a box, a number in the last sentence.
 */
final class GradedTexts {

  /** One text with its reference. */
  record Text(String reference, String completion, boolean right) {}

  private static final List<BiFunction<String, Long, String>> FORMS =
      List.of(
          (steps, answer) -> steps + "\n#### " + answer,
          (steps, answer) -> steps + String.format(Locale.ROOT, "\n#### %,d", answer),
          (steps, answer) -> steps + "\nThe answer is " + answer + ".",
          (steps, answer) -> steps + "\n\n**Final answer:** " + answer,
          (steps, answer) -> steps + "\nSo the total is $\\boxed{" + answer + "}$.",
          (steps, answer) -> steps + "\nIn the end that makes " + answer + ".");

  private static final long[] OFF = {0, 1, 0, 10, 0, -1};

  private static final ExpansionRule ONE_EDIT = new ExpansionRule(0, 1);

  private static final List<SolutionStyle> STYLES =
      List.of(SolutionStyle.NARRATED, SolutionStyle.WORKED);

  private GradedTexts() {}

  /**
   * That number of texts, of which half are right.
   *
   * @throws IllegalStateException if a solution does not end with its marked answer
   */
  static List<Text> make(int count, long seed) {
    List<ProblemSet.Row> rows =
        ProblemSet.expanded(
            ProblemSet.seeds(count, seed).stream().map(ProblemSet.Row::question).toList(),
            ONE_EDIT,
            new Teacher(STYLES));
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ProblemSet.Row row = rows.get(i);
      long off = OFF[(i / FORMS.size()) % OFF.length];
      long answer = Long.parseLong(row.answer()) + off;
      texts.add(
          new Text(row.answer(), FORMS.get(i % FORMS.size()).apply(steps(row), answer), off == 0));
    }
    return texts;
  }

  private static String steps(ProblemSet.Row row) {
    int mark = row.solution().lastIndexOf("####");
    if (mark < 0) {
      throw new IllegalStateException("no marked answer in the solution of " + row.id());
    }
    return row.solution().substring(0, mark).strip();
  }
}
