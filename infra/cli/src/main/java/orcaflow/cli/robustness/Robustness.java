package orcaflow.cli.robustness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import orcaflow.cli.terminal.Figures;
import orcaflow.events.Evaluation;
import orcaflow.trainer.evaluate.Verdicts;
import orcaflow.trainer.evaluate.statistics.Holm;
import orcaflow.trainer.evaluate.statistics.PairedDifference;

/**
 * A policy on variants of the questions of its benchmark, each held against its original, greedy.
 *
 * @param policy its version
 * @param benchmark the one that the variants are made of
 * @param rows a row for each kind; p is corrected over all of them
 */
public record Robustness(String policy, String benchmark, List<Row> rows) {

  /**
   * Variants of one kind.
   *
   * @param variant its name
   * @param questions variants, and as many originals
   * @param original pass@1 on the originals
   * @param changed pass@1 on the variants
   * @param lost pairs of which only the original is answered rightly
   * @param gained pairs of which only the variant is answered rightly
   * @param difference pass@1 on the variants less that on the originals: a drop is negative
   * @param low lower end of its 95 % interval
   * @param high upper end
   * @param p exact, two-sided
   * @param holm p, corrected for the number of rows
   */
  public record Row(
      String variant,
      int questions,
      double original,
      double changed,
      int lost,
      int gained,
      double difference,
      double low,
      double high,
      double p,
      double holm) {}

  public Robustness {
    rows = List.copyOf(rows);
  }

  /**
   * Holds the variants against their originals.
   *
   * @param original greedy evaluation of the policy on the set's benchmark, with its verdicts
   * @param evaluate evaluates the same policy, greedy, on the variants of a part
   * @throws IllegalArgumentException if the evaluation is one of other questions
   */
  public static Robustness of(
      RobustnessSet set, Evaluation original, Function<RobustnessSet.Part, Evaluation> evaluate) {
    int[] right = right(original);
    if (right.length != set.original().items().size()) {
      throw new IllegalArgumentException(
          "the evaluation has %d questions, and %s has %d"
              .formatted(right.length, set.original().name(), set.original().items().size()));
    }
    int[] families = set.original().families();
    List<PairedDifference> differences = new ArrayList<>();
    List<int[]> originals = new ArrayList<>();
    for (RobustnessSet.Part part : set.parts()) {
      int[] before = part.originals().stream().mapToInt(index -> right[index]).toArray();
      originals.add(before);
      int[] related = part.originals().stream().mapToInt(index -> families[index]).toArray();
      differences.add(PairedDifference.of(before, right(evaluate.apply(part)), 1, related));
    }
    List<Double> corrected = Holm.adjust(differences.stream().map(PairedDifference::p).toList());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < differences.size(); i++) {
      rows.add(
          row(set.parts().get(i).kind(), originals.get(i), differences.get(i), corrected.get(i)));
    }
    return new Robustness(original.getPolicyVersion(), set.original().name(), rows);
  }

  private static int[] right(Evaluation evaluation) {
    return Verdicts.of(evaluation)
        .orElseThrow(
            () -> new IllegalArgumentException("the evaluation has no verdicts on its answers"))
        .right();
  }

  private static Row row(String kind, int[] before, PairedDifference paired, double holm) {
    double original = IntStream.of(before).average().orElseThrow();
    return new Row(
        kind,
        paired.questions(),
        original,
        original + paired.difference(),
        paired.lost(),
        paired.gained(),
        paired.difference(),
        paired.interval().low(),
        paired.interval().high(),
        paired.p(),
        holm);
  }

  /** For the terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "variants of the questions of %s, greedy".formatted(benchmark.replaceFirst("@.*", "")));
    line(
        text,
        "%-10s  %9s  %8s  %8s  %-26s  %4s  %6s  %7s"
            .formatted(
                "variant",
                "questions",
                "original",
                "variant",
                "difference [95 % interval]",
                "lost",
                "gained",
                "Holm p"));
    rows.forEach(row -> line(text, text(row)));
    return text.toString();
  }

  private static String text(Row row) {
    return String.format(
        Locale.ROOT,
        "%-10s  %9d  %8.3f  %8.3f  %-26s  %4d  %6d  %7s",
        row.variant(),
        row.questions(),
        row.original(),
        row.changed(),
        Figures.difference(row.difference(), row.low(), row.high()),
        row.lost(),
        row.gained(),
        Figures.probability(row.holm()));
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
