package orcaflow.streams.overlap;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of texts as numbers, from 0 in the order of their first use: a vocabulary that grows.
 *
 * <p>The tokens of a text are those of its chunks between white space, one after the other, so each
 * different chunk is tokenised once and then comes from a cache: natural texts have few different
 * chunks. Not for use by several threads at once.
 */
public final class TokenIds implements AutoCloseable {

  private final Tokeniser tokeniser = new Tokeniser();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final TokenCache cache = new TokenCache(chunk -> numbers(tokeniser.tokens(chunk)));
  private char[] characters = new char[1 << 10];
  private int[] found = new int[1 << 10];

  /** The token ids of a text, in its order. */
  public int[] of(String text) {
    if (continuesAWordBefore(text)) {
      return numbers(tokeniser.tokens(text));
    }
    int size = 0;
    int length = text.length();
    if (length > characters.length) {
      characters = new char[2 * length];
      found = new int[2 * length];
    }
    text.getChars(0, length, characters, 0);
    for (int begin = 0; begin < length; ) {
      int end = begin;
      int hash = 0;
      for (char c; end < length && (c = characters[end]) > ' '; end++) {
        hash = 31 * hash + c;
      }
      if (end > begin) {
        size = cache.append(characters, begin, end, hash, found, size);
      }
      begin = end + 1;
    }
    return Arrays.copyOf(found, size);
  }

  /** Size of the vocabulary. */
  public int size() {
    return numbers.size();
  }

  @Override
  public void close() {
    tokeniser.close();
  }

  /** {@code Joan 's} and {@code do n't}: the tokeniser joins these, so it gets the whole text. */
  private static boolean continuesAWordBefore(String text) {
    return continuesAWordBefore(text, '\'') || continuesAWordBefore(text, '\u2019');
  }

  private static boolean continuesAWordBefore(String text, char apostrophe) {
    for (int i = text.indexOf(apostrophe); i >= 0; i = text.indexOf(apostrophe, i + 1)) {
      if (i > 0 && text.charAt(i - 1) <= ' ' || i > 1 && text.charAt(i - 2) <= ' ') {
        return true;
      }
    }
    return false;
  }

  private int[] numbers(List<String> words) {
    return words.stream()
        .mapToInt(word -> numbers.computeIfAbsent(word, unknown -> numbers.size()))
        .toArray();
  }
}
