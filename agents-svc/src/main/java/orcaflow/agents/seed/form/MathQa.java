package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MathQA: {@code Problem}, {@code options} as {@code a ) 38 , b ) 27.675 , ...}, the letter of the
 * right one, and a rationale. The answer is the text of the option, as nobody else sees the others.
 */
record MathQa() implements Form {

  private static final Pattern OPTION =
      Pattern.compile("(?<letter>[a-e])\\s*\\)\\s*(?<text>.*?)\\s*(?=,\\s*'?[a-e]\\s*\\)|$)");
  private static final Pattern LIST = Pattern.compile("^\\[|]$|'");

  @Override
  public String name() {
    return "MathQA";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.has("Problem") && row.has("options") && row.has("correct");
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    String letter = Cell.text(row, "correct").orElse("");
    Optional<String> answer =
        option(LIST.matcher(row.path("options").asText()).replaceAll(""), letter);
    if (answer.isEmpty()) {
      throw new Defect("correct is '%s', and options has no such letter".formatted(letter));
    }
    return Draft.of(
        Cell.text(row, "Problem").orElse(""),
        answer,
        Cell.text(row, "Rationale").map(MathQa::unquoted));
  }

  private static Optional<String> option(String options, String letter) {
    Matcher option = OPTION.matcher(options);
    while (option.find()) {
      if (option.group("letter").equals(letter) && !option.group("text").isBlank()) {
        return Optional.of(option.group("text"));
      }
    }
    return Optional.empty();
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).strip()
        : text;
  }
}
