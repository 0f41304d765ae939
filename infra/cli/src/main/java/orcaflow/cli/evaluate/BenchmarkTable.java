package orcaflow.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orcaflow.events.Evaluation;

/**
 * One model on several benchmarks, greedy, beside what others have published.
 *
 * @param evaluations one for each benchmark, all in one mode
 * @param quoted published scores, not measured here
 */
public record BenchmarkTable(List<Evaluation> evaluations, List<PublishedScore> quoted) {

  private static final double PERCENT = 100;

  public BenchmarkTable {
    evaluations = List.copyOf(evaluations);
    quoted = List.copyOf(quoted);
  }

  /** Mean pass@1 over the benchmarks, each of the same weight. */
  public double mean() {
    return evaluations.stream().mapToDouble(Evaluation::getAccuracy).average().orElse(0);
  }

  /** The table as text. */
  public String text() {
    List<String> lines = new ArrayList<>();
    Evaluation first = evaluations.get(0);
    lines.add("%s, pass@1 in %%, %s".formatted(first.getPolicyVersion(), first.getMode()));
    lines.add(
        "%-24s %9s %7s %9s  %s"
            .formatted("benchmark", "questions", "right", "undecided", "pass@1 [95 % interval]"));
    evaluations.forEach(each -> lines.add(row(each)));
    if (evaluations.size() > 1) {
      lines.add(
          line("mean of %d benchmarks".formatted(evaluations.size()), "", "", "", percent(mean())));
    }
    if (!quoted.isEmpty()) {
      lines.add("");
      lines.add(
          "quoted from the papers, not measured here: GSM8K, all %,d questions of its test set"
              .formatted(PublishedScore.QUESTIONS));
      quoted.forEach(each -> lines.add(row(each)));
      lines.add(comparable());
    }
    return String.join(System.lineSeparator(), lines);
  }

  private String comparable() {
    List<String> sets =
        evaluations.stream()
            .filter(BenchmarkTable::isGsm8k)
            .map(each -> stem(each.getBenchmark()))
            .toList();
    return sets.isEmpty()
        ? "no benchmark above is that set: none of its rows compares with these"
        : "the row %s compares with these, where its file is that set"
            .formatted(String.join(", ", sets));
  }

  private static boolean isGsm8k(Evaluation evaluation) {
    return evaluation.getN() / evaluation.getSamples() == PublishedScore.QUESTIONS
        && stem(evaluation.getBenchmark()).toLowerCase(Locale.ROOT).contains("gsm8k");
  }

  private static String row(Evaluation e) {
    return line(
        stem(e.getBenchmark()),
        "%,d".formatted(e.getN() / e.getSamples()),
        "%,d".formatted(e.getCorrect()),
        "%,d".formatted(e.getUndecided()),
        "%s [%s, %s]"
            .formatted(percent(e.getAccuracy()), percent(e.getLow()), percent(e.getHigh())));
  }

  private static String row(PublishedScore score) {
    String how = score.how().isEmpty() ? "" : score.how() + ", ";
    return line(
        score.model(),
        "",
        "",
        "",
        "%s (%s%s)".formatted(Double.toString(score.percent()), how, score.source()));
  }

  private static String line(
      String name, String questions, String right, String undecided, String score) {
    return "%-24s %9s %7s %9s  %s".formatted(name, questions, right, undecided, score);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", share * PERCENT);
  }

  private static String stem(String benchmark) {
    return benchmark.replaceFirst("@.*", "").replaceFirst("\\.jsonl(\\.gz)?$", "");
  }
}
