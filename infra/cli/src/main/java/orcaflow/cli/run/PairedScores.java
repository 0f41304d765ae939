package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.trainer.evaluate.Verdicts;
import orcaflow.trainer.evaluate.statistics.Holm;
import orcaflow.trainer.evaluate.statistics.PairedDifference;
import orcaflow.trainer.evaluate.statistics.SmallestDifference;

/**
 * Policies compared in pairs, each pair on the same questions.
 *
 * @param rows p is corrected over all of them
 * @param smallest the smallest difference that each benchmark can show
 */
public record PairedScores(List<Row> rows, List<Smallest> smallest) {

  private static final List<String> MODES = List.of("greedy", "sampled");

  /**
   * Two policies on a benchmark.
   *
   * @param pair how tables name it
   * @param samples answers to each question
   * @param lost questions with fewer right answers than before
   * @param gained questions with more right answers than before
   * @param difference pass@1 of the later policy less that of the one before
   * @param low lower end of its 95 % interval
   * @param high upper end
   * @param p exact, two-sided
   * @param holm p, corrected for the number of rows
   */
  public record Row(
      String pair,
      String before,
      String after,
      String benchmark,
      String mode,
      int questions,
      int samples,
      int lost,
      int gained,
      double difference,
      double low,
      double high,
      double p,
      double holm) {

    private Row corrected(double corrected) {
      return new Row(
          pair,
          before,
          after,
          benchmark,
          mode,
          questions,
          samples,
          lost,
          gained,
          difference,
          low,
          high,
          p,
          corrected);
    }
  }

  /**
   * What a benchmark can show, at two-sided 5 % with a power of 80 %.
   *
   * @param discordance share of the questions on which the policies of a pair differ, on average
   * @param difference of pass@1; nothing where there are too few questions
   */
  public record Smallest(
      String benchmark, int questions, double discordance, Optional<Double> difference) {}

  /**
   * Each policy with the one before it, greedy and sampled, unless both have the same weights;
   * nothing without verdicts.
   */
  public static Optional<PairedScores> successive(RunSnapshot snapshot) {
    List<Policy> policies = List.copyOf(snapshot.policies().values());
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < policies.size(); i++) {
      Policy before = policies.get(i - 1);
      Policy after = policies.get(i);
      if (!before.getWeightsHash().equals(after.getWeightsHash())) {
        MODES.forEach(mode -> row(snapshot, before, after, mode).ifPresent(rows::add));
      }
    }
    return of(rows);
  }

  private static Optional<Row> row(RunSnapshot snapshot, Policy before, Policy after, String mode) {
    Optional<Evaluation> first = snapshot.evaluation(before.getVersion(), mode);
    Optional<Evaluation> second = snapshot.evaluation(after.getVersion(), mode);
    return first.flatMap(
        one ->
            second.flatMap(other -> row(before.getName() + " -> " + after.getName(), one, other)));
  }

  /** A pair, uncorrected; nothing where it has other questions or an evaluation lacks verdicts. */
  public static Optional<Row> row(String pair, Evaluation before, Evaluation after) {
    if (!before.getBenchmark().equals(after.getBenchmark())) {
      return Optional.empty();
    }
    return Verdicts.of(before)
        .flatMap(first -> Verdicts.of(after).flatMap(first::to))
        .map(paired -> row(pair, before, after, paired));
  }

  private static Row row(
      String pair, Evaluation before, Evaluation after, PairedDifference paired) {
    return new Row(
        pair,
        before.getPolicyVersion(),
        after.getPolicyVersion(),
        after.getBenchmark(),
        after.getMode(),
        paired.questions(),
        after.getSamples(),
        paired.lost(),
        paired.gained(),
        paired.difference(),
        paired.interval().low(),
        paired.interval().high(),
        paired.p(),
        paired.p());
  }

  /** Rows of one table, corrected for their number; nothing without rows. */
  public static Optional<PairedScores> of(List<Row> rows) {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Double> corrected = Holm.adjust(rows.stream().map(Row::p).toList());
    List<Row> table = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      table.add(rows.get(i).corrected(corrected.get(i)));
    }
    return Optional.of(new PairedScores(table, smallest(table)));
  }

  private static List<Smallest> smallest(List<Row> rows) {
    List<Smallest> all = new ArrayList<>();
    Map<String, List<Row>> ofBenchmark =
        rows.stream()
            .filter(row -> row.samples() == 1)
            .collect(
                Collectors.groupingBy(Row::benchmark, LinkedHashMap::new, Collectors.toList()));
    ofBenchmark.forEach(
        (benchmark, some) -> {
          int questions = some.get(0).questions();
          double differ =
              some.stream().mapToInt(row -> row.lost() + row.gained()).average().orElseThrow();
          double discordance = differ / questions;
          all.add(
              new Smallest(
                  benchmark,
                  questions,
                  discordance,
                  SmallestDifference.of(questions, discordance)));
        });
    return all;
  }

  /** For the terminal. */
  public String text() {
    return PairedTable.of(this);
  }
}
