package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** A worked solution where the bare answer is expected, as GSM8K and Orca-Math-200K have it. */
final class WorkedAnswer {

  private static final String MARK = "####";

  /** GSM8K's calculator annotations, such as {@code <<48/2=24>>}. */
  private static final Pattern CALCULATOR = Pattern.compile("<<[^<>\\n]*>>");

  /** A bare answer is shorter. */
  private static final int BARE = 100;

  private WorkedAnswer() {}

  /** GSM8K as published: the worked text, {@code ####} and the answer. */
  record Gsm8k() implements Form {
    @Override
    public String name() {
      return "GSM8K";
    }

    @Override
    public boolean fits(JsonNode row) {
      return row.has("question") && row.path("answer").asText().contains(MARK);
    }

    @Override
    public Draft read(JsonNode row) throws Defect {
      return split(new Own().read(row));
    }
  }

  /** Orca-Math-200K: the answer is a worked text that states its last number somehow. */
  record OrcaMath() implements Form {
    @Override
    public String name() {
      return "Orca-Math-200K";
    }

    @Override
    public boolean fits(JsonNode row) {
      String answer = row.path("answer").asText().strip();
      return row.has("question")
          && !row.hasNonNull("solution")
          && (answer.length() > BARE || answer.contains("\n"));
    }

    @Override
    public Draft read(JsonNode row) throws Defect {
      return split(new Own().read(row));
    }
  }

  /** The same row with a worked text in its solution, and the bare answer. */
  static Draft split(Draft row) {
    String text = row.answer().orElse("");
    int mark = text.lastIndexOf(MARK);
    if (mark >= 0) {
      String worked = CALCULATOR.matcher(text.substring(0, mark)).replaceAll("").strip();
      return new Draft(
          row.question(),
          filled(text.substring(mark + MARK.length())),
          row.solution().or(() -> filled(worked)),
          row.source());
    }
    return row.solution().isPresent() || text.length() <= BARE && !text.contains("\n")
        ? row
        : new Draft(
            row.question(),
            GoldRule.expected(Optional.empty(), Optional.of(text)),
            Optional.of(text),
            row.source());
  }

  private static Optional<String> filled(String text) {
    return Optional.of(text.strip()).filter(some -> !some.isEmpty());
  }
}
