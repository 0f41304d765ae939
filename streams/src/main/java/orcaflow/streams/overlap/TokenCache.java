package orcaflow.streams.overlap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The words of stretches of text met before. Looked up millions of times, so nothing is cut out of
 * the text to do it, and a look touches two places in memory: a row of an open-addressing table,
 * and the characters, all in one array.
 */
final class TokenCache {

  /** TokenCache remembered; beyond it the memory begins anew. */
  private static final int MOST = 1 << 17;

  /** A row: hash, begin and end of the characters, word. */
  private static final int ROW = 4;

  /** Instead of a word: the stretch has none. A list of words has its place below this. */
  private static final int NO_WORD = -1;

  private final Function<String, int[]> reader;
  private final List<int[]> lists = new ArrayList<>();
  private int[] rows;
  private char[] characters;
  private int used;
  private int size;

  /**
   * @param reader the words of a stretch that was not met before
   */
  TokenCache(Function<String, int[]> reader) {
    this.reader = reader;
    forget();
  }

  /**
   * Adds the words of {@code text} from {@code begin} to {@code end}, which is behind it.
   *
   * @param hash of the characters, 31 * (31 * (first) + second) + ...
   * @param found takes them from {@code place} on; has room for one a character
   * @return the place behind them
   */
  int add(char[] text, int begin, int end, int hash, int[] found, int place) {
    int row = row(hash);
    while (rows[row + 2] != 0) {
      if (rows[row] == hash
          && Arrays.equals(text, begin, end, characters, rows[row + 1], rows[row + 2])) {
        return add(rows[row + 3], found, place);
      }
      row = row + ROW & rows.length - 1;
    }
    return add(remember(row, text, begin, end, hash), found, place);
  }

  private int add(int word, int[] found, int place) {
    if (word > NO_WORD) {
      found[place] = word;
      return place + 1;
    }
    if (word == NO_WORD) {
      return place;
    }
    int[] list = lists.get(NO_WORD - 1 - word);
    System.arraycopy(list, 0, found, place, list.length);
    return place + list.length;
  }

  private int remember(int row, char[] text, int begin, int end, int hash) {
    int[] words = reader.apply(new String(text, begin, end - begin));
    if (size == MOST) {
      forget();
      return remember(row(hash), text, begin, end, hash);
    }
    int length = end - begin;
    if (used + length > characters.length) {
      characters = Arrays.copyOf(characters, 2 * (used + length));
    }
    System.arraycopy(text, begin, characters, used, length);
    int word = words.length == 0 ? NO_WORD : words[0];
    if (words.length > 1) {
      lists.add(words);
      word = NO_WORD - lists.size();
    }
    rows[row] = hash;
    rows[row + 1] = used;
    rows[row + 2] = used + length;
    rows[row + 3] = word;
    used += length;
    size++;
    if (2 * ROW * size > rows.length) {
      grow();
    }
    return word;
  }

  private void grow() {
    int[] old = rows;
    rows = new int[2 * old.length];
    for (int from = 0; from < old.length; from += ROW) {
      if (old[from + 2] != 0) {
        int row = row(old[from]);
        while (rows[row + 2] != 0) {
          row = row + ROW & rows.length - 1;
        }
        System.arraycopy(old, from, rows, row, ROW);
      }
    }
  }

  private void forget() {
    rows = new int[ROW << 10];
    characters = new char[1 << 13];
    lists.clear();
    used = 0;
    size = 0;
  }

  private int row(int hash) {
    return (hash * 0x9E3779B9 >>> 7) * ROW & rows.length - 1;
  }
}
