package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A form that differs from ours in the names of its keys only.
 *
 * @param questions the texts that make the question, in this order; a row must have them all
 * @param answer key of the answer or answers; a row must have it where it tells the form
 * @param solution key of the worked text, or nothing
 * @param needsAnswer whether a row has this form only with the answer's key
 */
record Keyed(
    String name,
    List<String> questions,
    String answer,
    Optional<String> solution,
    boolean needsAnswer)
    implements Form {

  /** A form with a bare answer. */
  static Keyed answered(String name, String answer, String... questions) {
    return new Keyed(name, List.of(questions), answer, Optional.empty(), true);
  }

  /** A form with a worked text, and an answer at most. */
  static Keyed worked(String name, String question, String solution) {
    return new Keyed(name, List.of(question), "answer", Optional.of(solution), false);
  }

  @Override
  public boolean fits(JsonNode row) {
    return questions.stream().allMatch(row::has) && (!needsAnswer || row.has(answer));
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    List<String> parts = new ArrayList<>();
    for (String key : questions) {
      Cell.text(row, key).ifPresent(parts::add);
    }
    Optional<String> worked =
        solution.isPresent() ? Cell.text(row, solution.get()) : Optional.empty();
    return Draft.of(String.join(" ", parts), Cell.values(row, answer), worked);
  }
}
