package orcaflow.streams.overlap;

import java.util.Arrays;

/**
 * Weights of tokens: {@code count * (ln((1 + N) / (1 + df)) + 1)} with N the number of problems and
 * df the number of problems that have the token. This is the smoothed form that scikit-learn uses
 * by default, with the problems alone as the collection. A token that only a question has counts
 * with df = 0, and so does a token whose number is beyond the vocabulary.
 */
public final class TfIdf {

  private final double[] idf;
  private final double idfOfOthers;

  public TfIdf(TokenSequences problems, int words) {
    int[] df = new int[words];
    int[] lastSeen = new int[words];
    for (int problem = 0; problem < problems.size(); problem++) {
      for (int word : problems.get(problem)) {
        if (lastSeen[word] != problem + 1) {
          lastSeen[word] = problem + 1;
          df[word]++;
        }
      }
    }
    idf = new double[words];
    idfOfOthers = Math.log(1.0 + problems.size()) + 1;
    for (int word = 0; word < words; word++) {
      idf[word] = Math.log((1.0 + problems.size()) / (1.0 + df[word])) + 1;
    }
  }

  double weight(Bag bag, int i) {
    int word = bag.tokens()[i];
    return bag.counts()[i] * (word < idf.length ? idf[word] : idfOfOthers);
  }

  /** Euclidean length of a text's weights; 0 for a text without tokens. */
  double length(Bag bag) {
    double[] squares = new double[bag.size()];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = weight(bag, i) * weight(bag, i);
    }
    // Sorted, so that the sum does not depend on the order in which tokens got their numbers.
    Arrays.sort(squares);
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }

  /** The cosine of two texts, 0 to 1, rounded to nine digits against floating-point noise. */
  public double cosine(Bag a, Bag b) {
    double dot = dot(a, b);
    return dot == 0 ? 0 : Math.rint(dot / (length(a) * length(b)) * 1e9) / 1e9;
  }

  /** The dot product of the weights. */
  double dot(Bag a, Bag b) {
    double dot = 0;
    for (int i = 0, j = 0; i < a.size() && j < b.size(); ) {
      int order = Integer.compare(a.tokens()[i], b.tokens()[j]);
      if (order == 0) {
        dot += weight(a, i) * weight(b, j);
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return dot;
  }
}
