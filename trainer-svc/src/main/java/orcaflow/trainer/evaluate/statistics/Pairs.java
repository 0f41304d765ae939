package orcaflow.trainer.evaluate.statistics;

/**
 * Two policies on the same questions, one answer of each to each question.
 *
 * @param questions all of them
 * @param lost questions that only the first policy answers rightly
 * @param gained questions that only the second policy answers rightly
 */
public record Pairs(int questions, int lost, int gained) {

  public Pairs {
    if (questions < 1 || lost < 0 || gained < 0 || lost > questions - gained) {
      throw new IllegalArgumentException(
          "%d lost and %d gained of %d questions".formatted(lost, gained, questions));
    }
  }

  /** pass@1 of the second policy less that of the first. */
  public double difference() {
    return (double) (gained - lost) / questions;
  }

  /** Questions on which the policies differ. */
  public int discordant() {
    return lost + gained;
  }
}
