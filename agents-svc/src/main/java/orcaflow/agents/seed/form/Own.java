package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The form of our own: {@code question}, and {@code answer}, {@code solution}, {@code source}. */
record Own() implements Form {

  private static final int SHOWN = 8;

  @Override
  public String name() {
    return "question/answer";
  }

  /** Every row: what has no other form is judged as one of ours. */
  @Override
  public boolean fits(JsonNode row) {
    return true;
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    return new Draft(
        Cell.text(row, "question").orElse(""),
        Cell.value(row, "answer"),
        Cell.text(row, "solution"),
        Cell.text(row, "source"));
  }

  /** What a row without a question has instead. */
  static String keysOf(JsonNode row) {
    List<String> keys = new ArrayList<>();
    row.fieldNames().forEachRemaining(keys::add);
    if (keys.isEmpty() || row.has("question")) {
      return "";
    }
    return "; its keys are %s%s (--columns question=KEY names one)"
        .formatted(
            String.join(", ", keys.subList(0, Math.min(SHOWN, keys.size()))),
            keys.size() > SHOWN ? ", ..." : "");
  }
}
