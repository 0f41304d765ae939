package orcaflow.agents.seed;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Defect;
import orcaflow.agents.seed.form.Draft;
import orcaflow.agents.seed.form.Forms;
import orcaflow.agents.seed.form.GoldRule;

/** One row of seeds: a problem, or a defect. */
sealed interface SeedRow {

  /**
   * A usable row.
   *
   * @param form the name of its form, for people
   */
  record Good(
      String form,
      String question,
      Optional<String> answer,
      Optional<String> solution,
      Optional<String> source)
      implements SeedRow {

    /** The answer, or the one that the solution states. */
    Optional<String> expectedAnswer() {
      return GoldRule.expected(answer, solution);
    }
  }

  /** A defective row; the defect is a sentence that follows file and line. */
  record Bad(String defect) implements SeedRow {}

  /** Maximum characters of a row. A longer one is no word problem: the file is hardly JSONL. */
  int MAX_CHARACTERS = 100_000;

  ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** A row of a known form. */
  static SeedRow of(String text) {
    return of(new SeedRows.Line(1, text), new Forms(Columns.KNOWN));
  }

  /** A row of these forms. */
  static SeedRow of(SeedRows.Line line, Forms forms) {
    return line.defect().<SeedRow>map(Bad::new).orElseGet(() -> of(line.text(), forms));
  }

  private static SeedRow of(String text, Forms forms) {
    if (text.length() > MAX_CHARACTERS) {
      return new Bad(
          "the row has %d characters, more than %d".formatted(text.length(), MAX_CHARACTERS));
    }
    try {
      JsonNode row = JSON.readTree(text);
      return row.isObject() ? good(forms.read(row)) : new Bad("the row is not a JSON object");
    } catch (JsonProcessingException e) {
      return new Bad("the row is not JSON: " + firstLine(e.getOriginalMessage()));
    } catch (Defect e) {
      return new Bad(e.getMessage());
    }
  }

  private static SeedRow good(Forms.Row row) {
    Draft draft = row.draft();
    return new Good(row.form(), draft.question(), draft.answer(), draft.solution(), draft.source());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
