package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which column of a file is which of ours, as {@code question=problem,answer=final}.
 *
 * @param names the file's column by ours; empty where the form is recognised by the keys
 */
public record Columns(Map<String, String> names) implements Form {

  /** No mapping: the form is recognised by the keys. */
  public static final Columns KNOWN = new Columns(Map.of());

  private static final List<String> OURS = List.of("question", "answer", "solution", "source");

  public Columns {
    names = Map.copyOf(names);
  }

  /**
   * Reads {@code OURS=THEIRS}, several parted by commas.
   *
   * @throws IllegalArgumentException in one sentence
   */
  public static Columns parse(String text) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      String[] sides = pair.split("=", 2);
      String ours = sides[0].strip();
      if (sides.length < 2 || !OURS.contains(ours) || sides[1].isBlank()) {
        throw new IllegalArgumentException(
            "columns has '%s': give question=COLUMN, and answer=, solution=, source= likewise"
                .formatted(pair.strip()));
      }
      if (names.put(ours, sides[1].strip()) != null) {
        throw new IllegalArgumentException("columns names %s twice".formatted(ours));
      }
    }
    if (!names.containsKey("question")) {
      throw new IllegalArgumentException(
          "columns is '%s': question=COLUMN is missing".formatted(text));
    }
    return new Columns(names);
  }

  /** Whether columns are named. */
  public boolean given() {
    return !names.isEmpty();
  }

  @Override
  public String name() {
    return "columns " + this;
  }

  @Override
  public boolean fits(JsonNode row) {
    return given();
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    return new Draft(
        column(row, "question").orElse(""),
        column(row, "answer"),
        column(row, "solution"),
        column(row, "source"));
  }

  private Optional<String> column(JsonNode row, String ours) throws Defect {
    String theirs = names.get(ours);
    if (theirs == null) {
      return Optional.empty();
    }
    if (!row.has(theirs) && ours.equals("question")) {
      throw new Defect("the row has no column %s".formatted(theirs));
    }
    return ours.equals("answer") ? Cell.values(row, theirs) : Cell.value(row, theirs);
  }

  /** As it is given. */
  @Override
  public String toString() {
    return OURS.stream()
        .filter(names::containsKey)
        .map(ours -> ours + "=" + names.get(ours))
        .collect(Collectors.joining(","));
  }
}
