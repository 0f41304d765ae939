package orcaflow.schemas.recipe;

/**
 * KTO's factors on the loss of desirable and of undesirable rows. From the counts of the data they
 * are such that (desirable weight x desirable rows) / (undesirable weight x undesirable rows) is a
 * wanted ratio (1 to 4/3: KTO, arXiv 2402.01306, eq. 9). The smaller of the two is 1, so that the
 * weights never shrink the step.
 */
public record KtoWeights(double desirable, double undesirable) {

  /** Weights for the counts; 1 and 1 where one class is empty, as there is nothing to balance. */
  public static KtoWeights of(double ratio, long desirableRows, long undesirableRows) {
    if (!(ratio > 0) || desirableRows < 0 || undesirableRows < 0) {
      throw new IllegalArgumentException(
          "KTO weights need a ratio above 0 and counts; they are %s, %d and %d"
              .formatted(ratio, desirableRows, undesirableRows));
    }
    if (desirableRows == 0 || undesirableRows == 0) {
      return new KtoWeights(1, 1);
    }
    double quotient = ratio * undesirableRows / desirableRows;
    return quotient >= 1 ? new KtoWeights(quotient, 1) : new KtoWeights(1, 1 / quotient);
  }
}
