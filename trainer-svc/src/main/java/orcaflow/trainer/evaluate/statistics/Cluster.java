package orcaflow.trainer.evaluate.statistics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Questions of one family, such as variants of one problem: their answers are not independent.
 *
 * @param gain right answers of the second policy less those of the first
 * @param answers of one policy to all questions of the family
 */
public record Cluster(int gain, int answers) {

  /**
   * Questions by family.
   *
   * @param gains of each question
   * @param answers to each question
   * @param families for each question the place of the first one of its family
   */
  public static List<Cluster> of(int[] gains, int answers, int[] families) {
    Map<Integer, Cluster> clusters = new LinkedHashMap<>();
    for (int i = 0; i < gains.length; i++) {
      clusters.merge(families[i], new Cluster(gains[i], answers), Cluster::with);
    }
    return List.copyOf(clusters.values());
  }

  private Cluster with(Cluster other) {
    return new Cluster(gain + other.gain, answers + other.answers);
  }

  public Cluster {
    if (answers < 1 || Math.abs(gain) > answers) {
      throw new IllegalArgumentException("a gain of %d in %d answers".formatted(gain, answers));
    }
  }
}
