package orcaflow.streams.overlap;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of texts that count, as small numbers from 0 in the order in which they were first met.
 *
 * <p>What a tokeniser makes of a text is what it makes of the stretches between white space, one
 * after the other, so each stretch is tokenised once and remembered: natural texts are made of few
 * different ones. Not for use by several threads at once.
 */
public final class WordNumbers implements AutoCloseable {

  /** Stretches remembered; beyond it the memory begins anew. */
  private static final int REMEMBERED = 1 << 16;

  private final Tokeniser tokeniser = new Tokeniser();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, int[]> stretches = new HashMap<>();
  private int[] found = new int[64];

  /** The words in the order of the text. */
  public int[] of(String text) {
    if (continuesAWordBefore(text)) {
      return numbers(tokeniser.tokens(text));
    }
    int size = 0;
    int length = text.length();
    for (int begin = 0; begin < length; ) {
      int end = begin;
      while (end < length && text.charAt(end) > ' ') {
        end++;
      }
      if (end > begin) {
        size = append(stretch(text.substring(begin, end)), size);
      }
      begin = end + 1;
    }
    return Arrays.copyOf(found, size);
  }

  /** How many different words were met. */
  public int size() {
    return numbers.size();
  }

  @Override
  public void close() {
    tokeniser.close();
  }

  /** {@code Joan 's} and {@code do n't}: the tokeniser joins these, so they are left to it. */
  private static boolean continuesAWordBefore(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (apostrophe(text.charAt(i))
          && (text.charAt(i - 1) <= ' ' || i > 1 && text.charAt(i - 2) <= ' ')) {
        return true;
      }
    }
    return false;
  }

  private static boolean apostrophe(char c) {
    return c == '\'' || c == '\u2019';
  }

  private int[] stretch(String text) {
    int[] known = stretches.get(text);
    if (known == null) {
      if (stretches.size() == REMEMBERED) {
        stretches.clear();
      }
      known = numbers(tokeniser.tokens(text));
      stretches.put(text, known);
    }
    return known;
  }

  private int append(int[] words, int size) {
    if (size + words.length > found.length) {
      found = Arrays.copyOf(found, 2 * (size + words.length));
    }
    System.arraycopy(words, 0, found, size, words.length);
    return size + words.length;
  }

  private int[] numbers(List<String> words) {
    return words.stream()
        .mapToInt(word -> numbers.computeIfAbsent(word, unknown -> numbers.size()))
        .toArray();
  }
}
