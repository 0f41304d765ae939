package orcaflow.streams.overlap;

import java.util.Arrays;

/**
 * A text as a bag of words: its distinct tokens, ascending, and their counts.
 *
 * @param size number of distinct tokens; the arrays may be longer
 */
public record Bag(int[] tokens, int[] counts, int size) {

  /** Sorts {@code text} in place. */
  public static Bag of(int[] text) {
    Arrays.sort(text);
    int[] counts = new int[text.length];
    int size = 0;
    for (int i = 0; i < text.length; i++) {
      if (size == 0 || text[i] != text[size - 1]) {
        text[size++] = text[i];
      }
      counts[size - 1]++;
    }
    return new Bag(text, counts, size);
  }
}
