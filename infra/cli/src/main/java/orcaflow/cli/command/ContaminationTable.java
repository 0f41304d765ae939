package orcaflow.cli.command;

import java.util.Locale;
import java.util.stream.Collectors;
import orcaflow.cli.contamination.ContaminationReport;
import orcaflow.cli.contamination.ContaminationReport.Level;
import orcaflow.cli.contamination.NearPair;

/** The contamination report for people. */
public final class ContaminationTable {

  private ContaminationTable() {}

  public static String of(ContaminationReport report, String benchmark, String against) {
    StringBuilder table = new StringBuilder();
    add(
        table,
        "%s: %,d questions against %,d problems of %s; %,d pairs compared",
        benchmark,
        report.questions(),
        report.problems(),
        against,
        report.pairs());
    if (report.wordlessQuestions() > 0) {
      add(
          table,
          "%,d questions have stop words only: for them no more than exact copies can be found",
          report.wordlessQuestions());
    }
    add(table, "");
    add(table, "%-16s %14s %18s", "overlap > 0.5", "pairs", "test questions");
    for (Level level : report.levels()) {
      add(table, "%-16s %,14d %,18d", "n = " + level.n(), level.pairs(), level.questions());
    }
    add(
        table,
        "%-16s %,14d %,18d",
        "at every n",
        report.everyLevelPairs(),
        report.everyLevelQuestions());
    add(table, "%-16s %,14d %,18d", "exact copies", report.exactPairs(), report.exactQuestions());
    if (!report.worst().isEmpty()) {
      add(table, "");
      add(table, "worst pairs");
      add(table, "%-24s %6s  %-34s %6s  n = 1, 2, ...", "question", "line", "problem", "cosine");
      report.worst().forEach(pair -> add(table, "%s", line(pair)));
    }
    return table.toString();
  }

  private static String line(NearPair pair) {
    return String.format(
        Locale.ROOT,
        "%-24s %6d  %-34s %6.3f  %s%s",
        pair.benchmarkId(),
        pair.benchmarkLine(),
        pair.corpusId(),
        pair.cosine(),
        pair.jaccard().stream()
            .map(overlap -> String.format(Locale.ROOT, "%.2f", overlap))
            .collect(Collectors.joining(" ")),
        pair.exact() ? "  exact" : "");
  }

  private static void add(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
