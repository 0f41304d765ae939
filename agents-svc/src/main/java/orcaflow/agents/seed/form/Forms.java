package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** The known forms; the first that fits a row reads it. */
public final class Forms {

  private static final List<Form> KNOWN =
      List.of(
          Keyed.answered("MAWPS/DRAW-1K", "lSolutions", "sQuestion"),
          new Asdiv(),
          Keyed.answered("SVAMP", "Answer", "Body", "Question"),
          new MathQa(),
          Keyed.answered("Lila", "Output Answer", "Input"),
          Keyed.answered("Lila", "output_answer", "input"),
          new NumGlue(),
          Keyed.worked("problem/solution", "problem", "solution"),
          new Chat("messages", "role", "content"),
          new Chat("conversations", "from", "value"),
          new WorkedAnswer.Gsm8k(),
          new WorkedAnswer.OrcaMath(),
          new Own());

  private final List<Form> forms;

  /**
   * @param columns named by the user; where they are, nothing is recognised
   */
  public Forms(Columns columns) {
    forms = Stream.concat(Stream.<Form>of(columns), KNOWN.stream()).toList();
  }

  /**
   * A row as read.
   *
   * @param form its name
   */
  public record Row(String form, Draft draft) {}

  /**
   * Reads a row.
   *
   * @throws Defect if it cannot be used
   */
  public Row read(JsonNode row) throws Defect {
    Form form = forms.stream().filter(each -> each.fits(row)).findFirst().orElseThrow();
    Draft draft = WorkedAnswer.split(form.read(row));
    if (draft.question().isEmpty()) {
      throw new Defect("the row has no question" + Own.keysOf(row));
    }
    return new Row(form.name(), GoldRule.checked(draft));
  }
}
