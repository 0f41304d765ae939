package orcaflow.cli.run;

import java.util.List;
import java.util.Locale;
import orcaflow.cli.terminal.Figures;

/** {@link PairedScores} for a terminal: a table for each benchmark, and what it can show. */
final class PairedTable {

  private static final String HEAD =
      "  %-8s  %-26s  %4s  %6s  %7s  %7s"
          .formatted("mode", "difference [95 % interval]", "lost", "gained", "exact p", "Holm p");

  private PairedTable() {}

  static String of(PairedScores scores) {
    int width = scores.rows().stream().mapToInt(row -> row.pair().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (String benchmark :
        scores.rows().stream().map(PairedScores.Row::benchmark).distinct().toList()) {
      List<PairedScores.Row> rows =
          scores.rows().stream().filter(row -> row.benchmark().equals(benchmark)).toList();
      line(
          text,
          "%d questions of %s"
              .formatted(rows.get(0).questions(), benchmark.replaceFirst("@.*", "")));
      line(text, " ".repeat(width) + HEAD);
      rows.forEach(row -> line(text, row(row, width)));
      scores.smallest().stream()
          .filter(smallest -> smallest.benchmark().equals(benchmark))
          .forEach(smallest -> line(text, smallest(smallest)));
    }
    return text.toString();
  }

  private static String row(PairedScores.Row row, int width) {
    return String.format(
        Locale.ROOT,
        "%-" + width + "s  %-8s  %-26s  %4d  %6d  %7s  %7s",
        row.pair(),
        row.mode(),
        Figures.difference(row.difference(), row.low(), row.high()),
        row.lost(),
        row.gained(),
        Figures.probability(row.p()),
        Figures.probability(row.holm()));
  }

  /** A difference needs at least as many questions that differ. */
  private static String smallest(PairedScores.Smallest smallest) {
    return smallest
        .difference()
        .map(
            difference ->
                String.format(
                    Locale.ROOT,
                    "smallest difference that they can show: %.3f (two-sided 5 %%, power 80 %%,"
                        + " %.1f %% of them differ)",
                    difference,
                    100 * Math.max(smallest.discordance(), difference)))
        .orElse("they are too few to show any difference (two-sided 5 %, power 80 %)");
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
