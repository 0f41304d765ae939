package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import orcaflow.events.AlarmKind;
import orcaflow.events.Evaluation;

/**
 * A change in how answers are written that goes with training that went wrong, whether or not the
 * answers are right yet: what is rewarded is the final answer alone, and a policy may reach it
 * without working it out, or lose its variety. Measured on sampled answers to the same questions.
 *
 * @param before the number of the earlier policy
 * @param after that of the later one
 */
public record Drift(AlarmKind kind, double before, double after, String sentence, String cause) {

  /**
   * A number of an evaluation and what is unusual about it.
   *
   * @param value NaN where the evaluation does not have it; then nothing is unusual
   * @param unusual by the number before and after
   * @param whenLess likely cause where it fell
   * @param whenMore likely cause where it rose
   */
  private record Measure(
      AlarmKind kind,
      String name,
      ToDoubleFunction<Evaluation> value,
      Unusual unusual,
      String whenLess,
      String whenMore) {

    Measure(
        AlarmKind kind,
        String name,
        ToDoubleFunction<Evaluation> value,
        Unusual unusual,
        String cause) {
      this(kind, name, value, unusual, cause, cause);
    }

    Drift drift(Evaluation earlier, Evaluation later) {
      double before = value.applyAsDouble(earlier);
      double after = value.applyAsDouble(later);
      boolean fell = after < before;
      String sentence =
          String.format(
              Locale.ROOT, "%s %s from %.3f to %.3f", name, fell ? "fell" : "rose", before, after);
      return new Drift(kind, before, after, sentence, fell ? whenLess : whenMore);
    }

    boolean isUnusual(Drift drift) {
      return unusual.test(drift.before(), drift.after());
    }
  }

  private interface Unusual {
    boolean test(double before, double after);
  }

  private static final List<Measure> MEASURES =
      List.of(
          new Measure(
              AlarmKind.WORKED_SHARE,
              "the share of worked answers",
              Drift::worked,
              (before, after) -> before - after > 0.10,
              "answers without steps were right often enough to be preferred"),
          new Measure(
              AlarmKind.LENGTH,
              "the mean tokens of an answer",
              evaluation -> number(evaluation.getTokens()),
              (before, after) -> apart(before, after, 1.5),
              "answers stop early or leave their steps out",
              "answers ramble or do not end"),
          new Measure(
              AlarmKind.CUT_SHARE,
              "the share of answers that the limit of tokens cuts",
              evaluation -> number(evaluation.getCut()) / evaluation.getN(),
              (before, after) -> after - before > 0.05,
              "end-of-text was learnt away: rows that were cut, or a learning rate that is too"
                  + " high"),
          new Measure(
              AlarmKind.ENTROPY,
              "the entropy of a token",
              evaluation -> number(evaluation.getEntropy()),
              (before, after) -> apart(before, after, 3),
              "rollouts of a problem are nearly the same: too many steps on the same rows",
              "the weights were driven off: a learning rate that is too high"),
          new Measure(
              AlarmKind.UNDECIDED_SHARE,
              "the share of answers that the verifier cannot decide",
              evaluation -> (double) evaluation.getUndecided() / evaluation.getN(),
              (before, after) -> after - before > 0.03,
              "the policy drifts to a form of answers that is not read"));

  /** All changes that are larger than usual between two evaluations. */
  static List<Drift> between(Evaluation before, Evaluation after) {
    List<Drift> found = new ArrayList<>();
    for (Measure measure : MEASURES) {
      Drift drift = measure.drift(before, after);
      if (measure.isUnusual(drift)) {
        found.add(drift);
      }
    }
    return List.copyOf(found);
  }

  /** Of a number that may be 0, as of answers that are empty. */
  private static boolean apart(double before, double after, double factor) {
    return after > before * factor || before > after * factor;
  }

  private static double number(Number value) {
    return value == null ? Double.NaN : value.doubleValue();
  }

  private static double worked(Evaluation evaluation) {
    return evaluation.getStyles().stream()
        .filter(style -> style.getStyle().equals(AnswerStyle.WORKED.code()))
        .mapToDouble(style -> (double) style.getN() / evaluation.getN())
        .sum();
  }
}
