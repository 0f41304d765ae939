package orcaflow.streams.overlap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Token ids of chunks of text, a chunk being the characters between two white spaces. There are
 * millions of look-ups, so a look-up makes no string and touches two places in memory: a row of an
 * open-addressing table, and the characters of all chunks, which are in one array.
 */
final class TokenCache {

  /** Most chunks; a full cache is cleared. */
  private static final int CAPACITY = 1 << 17;

  /** A row: hash, begin and end of the characters, token. */
  private static final int ROW = 4;

  /**
   * In place of a token: the chunk has none. Numbers below it are indexes of {@link #lists}, for
   * chunks of several tokens.
   */
  private static final int NO_TOKEN = -1;

  private final Function<String, int[]> tokenise;
  private final List<int[]> lists = new ArrayList<>();
  private int[] rows;
  private char[] characters;
  private int used;
  private int size;

  /**
   * @param tokenise the token ids of a chunk that is not in the cache
   */
  TokenCache(Function<String, int[]> tokenise) {
    this.tokenise = tokenise;
    clear();
  }

  /**
   * Appends the token ids of the chunk of {@code text} from {@code begin} to {@code end}, which is
   * exclusive.
   *
   * @param hash of the characters, 31 * (31 * (first) + second) + ...
   * @param found receives the ids from {@code place} on; has room for one id for each character
   * @return the place after the last id
   */
  int append(char[] text, int begin, int end, int hash, int[] found, int place) {
    int row = row(hash);
    while (rows[row + 2] != 0) {
      if (rows[row] == hash
          && Arrays.equals(text, begin, end, characters, rows[row + 1], rows[row + 2])) {
        return append(rows[row + 3], found, place);
      }
      row = row + ROW & rows.length - 1;
    }
    return append(put(row, text, begin, end, hash), found, place);
  }

  private int append(int token, int[] found, int place) {
    if (token > NO_TOKEN) {
      found[place] = token;
      return place + 1;
    }
    if (token == NO_TOKEN) {
      return place;
    }
    int[] list = lists.get(NO_TOKEN - 1 - token);
    System.arraycopy(list, 0, found, place, list.length);
    return place + list.length;
  }

  private int put(int row, char[] text, int begin, int end, int hash) {
    int[] tokens = tokenise.apply(new String(text, begin, end - begin));
    if (size == CAPACITY) {
      clear();
      return put(row(hash), text, begin, end, hash);
    }
    int length = end - begin;
    if (used + length > characters.length) {
      characters = Arrays.copyOf(characters, 2 * (used + length));
    }
    System.arraycopy(text, begin, characters, used, length);
    int token = tokens.length == 0 ? NO_TOKEN : tokens[0];
    if (tokens.length > 1) {
      lists.add(tokens);
      token = NO_TOKEN - lists.size();
    }
    rows[row] = hash;
    rows[row + 1] = used;
    rows[row + 2] = used + length;
    rows[row + 3] = token;
    used += length;
    size++;
    if (2 * ROW * size > rows.length) {
      grow();
    }
    return token;
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

  private void clear() {
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
