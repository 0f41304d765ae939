package orcaflow.schemas.answer.second;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orcaflow.events.CheckValue;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.schemas.answer.AnswerMatcher.Comparison;

/** The two checkers over many pairs: counts, and the disagreements that no row explains. */
final class Tally {

  private static final Map<String, String> EXPLAINED = explained();

  private final String name;
  private final List<String> unexplained = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private int pairs;
  private int decided;
  private int disagreed;
  private int unsure;

  Tally(String name) {
    this.name = name;
  }

  /** Compares a pair by both checkers. */
  void add(String id, String reference, String completion) {
    Comparison first = AnswerMatcher.compare(reference, completion);
    Check second = SecondChecker.check(reference, completion);
    pairs++;
    unsure += second.value() == CheckValue.UNSURE ? 1 : 0;
    boolean bothDecided =
        second.value() != CheckValue.UNSURE && first.verdict() != VerdictValue.UNDECIDED;
    decided += bothDecided ? 1 : 0;
    if (second.value() == CheckValue.UNSURE) {
      reasons.merge(second.reason().replaceAll("'[^']*'", "_"), 1, Integer::sum);
    }
    if (second.contradicts(first.verdict())) {
      disagreed++;
      if (!EXPLAINED.containsKey(id)) {
        String end = completion.substring(Math.max(0, completion.length() - 160));
        unexplained.add(
            "%s wanted %s: %s; %s: ...%s"
                .formatted(id, reference, first, second, end.replace("\n", "\\n")));
      }
    }
  }

  /** Prints the counts and returns what is not explained. */
  List<String> unexplained() {
    System.out.printf(
        "%-28s %7d pairs, %7d both decided, %7d agree, %3d disagree (%d unexplained),"
            + " second unsure in %.1f %%%n",
        name,
        pairs,
        decided,
        decided - disagreed,
        disagreed,
        unexplained.size(),
        100.0 * unsure / Math.max(1, pairs));
    if (Boolean.getBoolean("orcaflow.reasons")) {
      reasons.entrySet().stream()
          .sorted((a, b) -> b.getValue() - a.getValue())
          .limit(12)
          .forEach(e -> System.out.println("      " + e.getValue() + " " + e.getKey()));
    }
    return unexplained;
  }

  private static Map<String, String> explained() {
    try (InputStream bytes = Tally.class.getResourceAsStream("explained.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .collect(Collectors.toMap(row -> row[0], row -> row[1]));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
