package orcaflow.cli.run;

import java.util.Map;

/**
 * What a run learns from: rows by the class of their group, which is how many of its rollouts are
 * right. Shows how the labelling distributes weight: full cross gives a problem with four of four
 * right twenty pairs, one with none right four.
 *
 * @param fromSolutions demonstrations of the teacher
 * @param fromRollouts demonstrations of the student
 * @param byCorrect by the number of right rollouts
 * @param all over all classes
 * @param borrowedShare share of the undesirable rows that were borrowed; 0 where there are none
 * @param weights under which desirable and undesirable rows weigh the same in KTO's loss
 */
public record Labels(
    long fromSolutions,
    long fromRollouts,
    Map<Integer, Count> byCorrect,
    Count all,
    double borrowedShare,
    Weights weights) {

  /**
   * Rows of the groups of one class.
   *
   * @param borrowed of the undesirable ones
   * @param borrowedPairs pairs whose rejected answer is borrowed
   */
  public record Count(
      long desirable, long undesirable, long borrowed, long pairs, long borrowedPairs) {

    static final Count NONE = new Count(0, 0, 0, 0, 0);

    Count and(Count other) {
      return new Count(
          desirable + other.desirable,
          undesirable + other.undesirable,
          borrowed + other.borrowed,
          pairs + other.pairs,
          borrowedPairs + other.borrowedPairs);
    }
  }

  /** The smaller is 1; a recipe's {@code weightRatio} multiplies the first. */
  public record Weights(double desirable, double undesirable) {}

  /** From the counts of the classes. */
  static Labels of(long fromSolutions, long fromRollouts, Map<Integer, Count> byCorrect) {
    Count all = byCorrect.values().stream().reduce(Count.NONE, Count::and);
    return new Labels(
        fromSolutions,
        fromRollouts,
        Map.copyOf(byCorrect),
        all,
        all.undesirable() == 0 ? 0 : (double) all.borrowed() / all.undesirable(),
        weights(all));
  }

  private static Weights weights(Count all) {
    if (all.desirable() == 0 || all.undesirable() == 0) {
      return new Weights(1, 1);
    }
    double quotient = (double) all.undesirable() / all.desirable();
    return quotient >= 1 ? new Weights(quotient, 1) : new Weights(1, 1 / quotient);
  }

  /** A table with a line for each class. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "demonstrations: %,d of solutions, %,d of rollouts%n"
            .formatted(fromSolutions, fromRollouts));
    text.append(
        "%-6s %12s %12s %12s %12s %12s%n"
            .formatted("right", "desirable", "undesirable", "borrowed", "pairs", "borrowed"));
    byCorrect.keySet().stream()
        .sorted()
        .forEach(correct -> text.append(line(Integer.toString(correct), byCorrect.get(correct))));
    text.append(line("all", all));
    text.append(
        "borrowed share of the undesirable %.1f %%; equal weight at lambda_D %.4f, lambda_U %.4f%n"
            .formatted(100 * borrowedShare, weights.desirable(), weights.undesirable()));
    return text.toString();
  }

  private static String line(String name, Count count) {
    return "%-6s %,12d %,12d %,12d %,12d %,12d%n"
        .formatted(
            name,
            count.desirable(),
            count.undesirable(),
            count.borrowed(),
            count.pairs(),
            count.borrowedPairs());
  }
}
