package orcaflow.cli.dataset;

import java.util.List;
import java.util.Locale;

/** Markdown, written line by line. */
final class Markdown {

  private final StringBuilder text = new StringBuilder();

  /** A heading between empty lines. */
  void heading(int level, String heading) {
    if (!text.isEmpty()) {
      line("");
    }
    line("#".repeat(level) + " " + heading);
    line("");
  }

  /** The head of a table; rows follow. */
  void table(String... heads) {
    row((Object[]) heads);
    line("|" + " --- |".repeat(heads.length));
  }

  void row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ').append(cell.toString().replace("|", "\\|").replaceAll("\\R", " "));
      row.append(" |");
    }
    line(row.toString());
  }

  void line(String line) {
    text.append(line).append('\n');
  }

  static String code(String value) {
    return "`" + value.replace('`', '\'') + "`";
  }

  static String codes(List<String> values) {
    return values.isEmpty()
        ? "not recorded"
        : String.join(", ", values.stream().map(Markdown::code).toList());
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
