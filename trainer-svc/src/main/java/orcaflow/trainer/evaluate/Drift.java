package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orcaflow.events.AlarmKind;
import orcaflow.events.Evaluation;
import orcaflow.events.StyleScore;

/**
 * A change in how answers are written that goes with training that went wrong, whether or not the
 * answers are right yet: what is rewarded is the final answer alone, and a policy may reach it
 * without working it out, or lose its variety. Measured on sampled answers to the same questions.
 *
 * @param before the number of the earlier policy
 * @param after that of the later one
 */
public record Drift(AlarmKind kind, double before, double after, String sentence, String cause) {

  /** Shares that may be lost or gained. */
  private static final double WORKED_LOST = 0.10;

  private static final double CUT_GAINED = 0.05;
  private static final double UNDECIDED_GAINED = 0.03;

  /** Factors, up or down. */
  private static final double LENGTH_FACTOR = 1.5;

  private static final double ENTROPY_FACTOR = 3;

  /** All changes that are larger than usual between two evaluations. */
  static List<Drift> between(Evaluation before, Evaluation after) {
    List<Drift> found = new ArrayList<>();
    worked(worked(before), worked(after), found);
    length(before.getTokens(), after.getTokens(), found);
    cut(share(before.getCut(), before), share(after.getCut(), after), found);
    if (before.getEntropy() != null && after.getEntropy() != null) {
      entropy(before.getEntropy(), after.getEntropy(), found);
    }
    undecided(share(before.getUndecided(), before), share(after.getUndecided(), after), found);
    return List.copyOf(found);
  }

  private static void worked(double before, double after, List<Drift> found) {
    if (before - after > WORKED_LOST) {
      found.add(
          of(
              AlarmKind.WORKED_SHARE,
              before,
              after,
              "the share of worked answers",
              "answers without steps were right often enough to be preferred"));
    }
  }

  private static void length(double before, double after, List<Drift> found) {
    if (apart(before, after, LENGTH_FACTOR)) {
      found.add(
          of(
              AlarmKind.LENGTH,
              before,
              after,
              "the mean tokens of an answer",
              after > before
                  ? "answers ramble or do not end"
                  : "answers stop early or leave their steps out"));
    }
  }

  private static void cut(double before, double after, List<Drift> found) {
    if (after - before > CUT_GAINED) {
      found.add(
          of(
              AlarmKind.CUT_SHARE,
              before,
              after,
              "the share of answers that the limit of tokens cuts",
              "end-of-text was learnt away: rows that were cut, or a learning rate that is too"
                  + " high"));
    }
  }

  private static void entropy(double before, double after, List<Drift> found) {
    if (apart(before, after, ENTROPY_FACTOR)) {
      found.add(
          of(
              AlarmKind.ENTROPY,
              before,
              after,
              "the entropy of a token",
              after < before
                  ? "rollouts of a problem are nearly the same: too many steps on the same rows"
                  : "the weights were driven off: a learning rate that is too high"));
    }
  }

  private static void undecided(double before, double after, List<Drift> found) {
    if (after - before > UNDECIDED_GAINED) {
      found.add(
          of(
              AlarmKind.UNDECIDED_SHARE,
              before,
              after,
              "the share of answers that the verifier cannot decide",
              "the policy drifts to a form of answers that is not read"));
    }
  }

  private static Drift of(AlarmKind kind, double before, double after, String name, String cause) {
    return new Drift(
        kind,
        before,
        after,
        String.format(
            Locale.ROOT,
            "%s %s from %.3f to %.3f",
            name,
            after < before ? "fell" : "rose",
            before,
            after),
        cause);
  }

  /** Of a number that may be 0, as of answers that are empty. */
  private static boolean apart(double before, double after, double factor) {
    return after > before * factor || before > after * factor;
  }

  private static double worked(Evaluation evaluation) {
    return evaluation.getStyles().stream()
        .filter(style -> style.getStyle().equals(AnswerStyle.WORKED.code()))
        .mapToDouble(StyleScore::getN)
        .map(n -> n / Math.max(1, evaluation.getN()))
        .sum();
  }

  private static double share(int some, Evaluation evaluation) {
    return (double) some / Math.max(1, evaluation.getN());
  }
}
