package orcaflow.cli.run;

/** How far the rollouts of one iteration are, counted in problems. */
public record RolloutProgress(long due, long requested, long sampled, long graded) {

  static final RolloutProgress NONE = new RolloutProgress(0, 0, 0, 0);
}
