package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** ASDiv: body and question, and an answer with its unit in brackets, {@code 9 (apples)}. */
record Asdiv() implements Form {

  private static final Keyed TEXTS = Keyed.answered("ASDiv", "Answer", "Body", "Question");
  private static final Pattern UNIT = Pattern.compile("\\s*\\([^()]*\\)");

  @Override
  public String name() {
    return TEXTS.name();
  }

  @Override
  public boolean fits(JsonNode row) {
    return TEXTS.fits(row) && row.has("Solution-Type");
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    Draft whole = TEXTS.read(row);
    Optional<String> bare =
        whole
            .answer()
            .map(answer -> UNIT.matcher(answer).replaceAll("").strip())
            .filter(answer -> !answer.isEmpty());
    return Draft.of(whole.question(), bare.or(whole::answer), Optional.empty());
  }
}
