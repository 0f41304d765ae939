package orcaflow.streams.overlap;

import java.util.Arrays;

/** Many token sequences end to end in one array: four bytes a token and four a text. */
public final class TokenSequences {

  private int[] tokens = new int[1 << 12];
  private int[] ends = new int[1 << 8];
  private int size;

  /** Appends a text. */
  public void add(int[] text) {
    int begin = begin(size);
    int end = Math.addExact(begin, text.length);
    if (end > tokens.length) {
      tokens = Arrays.copyOf(tokens, grown(tokens.length, end));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, grown(size, size + 1));
    }
    System.arraycopy(text, 0, tokens, begin, text.length);
    ends[size++] = end;
  }

  /** Number of texts. */
  public int size() {
    return size;
  }

  /** A copy of one text's tokens, in the order of the text. */
  public int[] get(int text) {
    return Arrays.copyOfRange(tokens, begin(text), ends[text]);
  }

  /** The same texts in another order: {@code order[i]} is the present place of the i-th. */
  public TokenSequences inOrder(int[] order) {
    TokenSequences ordered = new TokenSequences();
    ordered.tokens = new int[begin(size)];
    ordered.ends = new int[size];
    for (int text : order) {
      ordered.add(get(text));
    }
    return ordered;
  }

  private int begin(int text) {
    return text == 0 ? 0 : ends[text - 1];
  }

  private static int grown(int length, int needed) {
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, length * 5L / 4));
  }
}
