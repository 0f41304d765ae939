package orcaflow.cli.make;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.Stages;

/** Reads {@code term and term ...}; a term is {@code field in A..B} or {@code field op value}. */
final class ConditionParser {

  private static final Pattern TOKEN =
      Pattern.compile("\\s*(>=|<=|\\.\\.|[=<>]|[A-Za-z_][A-Za-z_-]*|\\d+(?:\\.\\d+)?)");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final String AGENT = "agent";
  private static final Set<String> OPERATORS = Set.of("in", ">=", "<=", "=", "<", ">");
  private static final List<String> AGENTS =
      List.of(Stages.SEED, Stages.ASK_ME_ANYTHING, Stages.SUGGEST_AND_EDIT);
  private static final String FIELDS = "solve_rate, question_words, solution_words, round or agent";

  private final String text;
  private int at;

  ConditionParser(String text) {
    this.text = text;
  }

  List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    terms.add(term());
    while (!text.substring(at).isBlank()) {
      int start = at;
      if (!next("'and'").equals("and")) {
        throw bad(start, "'and' or the end is expected");
      }
      terms.add(term());
    }
    return terms;
  }

  private Term term() {
    int start = at;
    String word = next(FIELDS);
    if (word.equals(AGENT)) {
      return agent();
    }
    Term.Field field =
        Term.Field.of(word)
            .orElseThrow(() -> bad(start, "'%s' is no field: give %s".formatted(word, FIELDS)));
    int where = at;
    String operator = next("in, >=, <=, =, < or >");
    if (!OPERATORS.contains(operator)) {
      throw bad(where, "'%s' is no comparison: give in, >=, <=, =, < or >".formatted(operator));
    }
    int first = at;
    double value = number(field);
    return switch (operator) {
      case "in" -> between(field, value, first);
      case ">=" -> new Term.Between(field, value, Double.POSITIVE_INFINITY);
      case "<=" -> new Term.Between(field, Double.NEGATIVE_INFINITY, value);
      case "=" -> new Term.Between(field, value, value);
      default -> new Term.Beyond(field, operator.equals(">"), value);
    };
  }

  private Term between(Term.Field field, double low, int first) {
    int dots = at;
    if (!next("'..'").equals("..")) {
      throw bad(dots, "'..' is expected, as in %s in 0.2..0.8".formatted(field.word));
    }
    double high = number(field);
    if (low > high) {
      throw bad(first, "the range is empty: write the smaller number first");
    }
    return new Term.Between(field, low, high);
  }

  private Term agent() {
    int where = at;
    if (!next("'='").equals("=")) {
      throw bad(where, "agent can only be compared by '='");
    }
    int start = at;
    String name = next("an agent");
    if (!AGENTS.contains(name)) {
      throw bad(
          start, "'%s' is no agent: give one of %s".formatted(name, String.join(", ", AGENTS)));
    }
    return new Term.WrittenBy(name);
  }

  private double number(Term.Field field) {
    int start = at;
    String word = next("a number");
    if (!NUMBER.matcher(word).matches()) {
      throw bad(start, "'%s' is no number".formatted(word));
    }
    double value = Double.parseDouble(word);
    if (field == Term.Field.SOLVE_RATE && value > 1) {
      throw bad(start, "%s is no solve_rate: it goes from 0 to 1".formatted(word));
    }
    return value;
  }

  private String next(String expected) {
    Matcher token = TOKEN.matcher(text).region(at, text.length());
    if (!token.lookingAt()) {
      throw bad(
          at,
          text.substring(at).isBlank()
              ? "it ends where %s is expected".formatted(expected)
              : "%s is expected".formatted(expected));
    }
    at = token.end();
    return token.group(1);
  }

  private Condition.BadCondition bad(int position, String why) {
    int shown = position;
    while (shown < text.length() && Character.isWhitespace(text.charAt(shown))) {
      shown++;
    }
    return new Condition.BadCondition(
        "--where '%s', character %d: %s".formatted(text, shown + 1, why));
  }
}
