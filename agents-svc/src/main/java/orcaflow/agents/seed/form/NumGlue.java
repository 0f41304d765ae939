package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * NumGLUE: a question of one of eight types, some with a passage, with options or with statements.
 * The answer is a text or, as in DROP, an object with a number, spans or a date.
 */
record NumGlue() implements Form {

  private static final List<String> TEXTS =
      List.of("passage", "statement1", "statement2", "question", "Option1", "Option2");

  @Override
  public String name() {
    return "NumGLUE";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("type").asText().matches("Type_\\d") && row.has("answer");
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    List<String> parts = new ArrayList<>();
    for (String key : TEXTS) {
      Optional<String> text = Cell.value(row, key);
      text.map(
              some ->
                  key.startsWith("Option")
                      ? "Option %s: %s".formatted(key.substring(6), some)
                      : some)
          .ifPresent(parts::add);
    }
    JsonNode answer = row.path("answer");
    Optional<String> said =
        answer.isObject()
            ? Cell.value(answer, "number").or(() -> spans(answer))
            : Cell.values(row, "answer");
    if (answer.isObject() && said.isEmpty()) {
      throw new Defect("answer is a date, not a number or words");
    }
    return Draft.of(String.join("\n", parts), said, Optional.empty());
  }

  private static Optional<String> spans(JsonNode answer) {
    List<String> spans = new ArrayList<>();
    answer.path("spans").forEach(span -> spans.add(span.asText().strip()));
    return spans.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", spans));
  }
}
