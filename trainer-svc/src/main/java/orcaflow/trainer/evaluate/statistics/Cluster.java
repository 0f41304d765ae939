package orcaflow.trainer.evaluate.statistics;

/**
 * Questions of one family, such as variants of one problem: their answers are not independent.
 *
 * @param gain right answers of the second policy less those of the first
 * @param answers of one policy to all questions of the family
 */
public record Cluster(int gain, int answers) {

  public Cluster {
    if (answers < 1 || Math.abs(gain) > answers) {
      throw new IllegalArgumentException("a gain of %d in %d answers".formatted(gain, answers));
    }
  }
}
