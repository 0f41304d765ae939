package orcaflow.streams.overlap;

import java.util.Arrays;
import java.util.function.Function;

/**
 * The words of stretches of text met before. Looked up millions of times, so nothing is cut out of
 * the text to do it, and a look touches three places in memory: an open-addressing table, the
 * characters (all in one array) and the words.
 */
final class Stretches {

  /** Stretches remembered; beyond it the memory begins anew. */
  private static final int MOST = 1 << 17;

  private final Function<String, int[]> reader;
  private int[] hashes;
  private int[] ends;
  private int[][] words;
  private int[] begins;
  private char[] characters;
  private int used;
  private int size;

  /**
   * @param reader the words of a stretch that was not met before
   */
  Stretches(Function<String, int[]> reader) {
    this.reader = reader;
    forget();
  }

  /**
   * The words of {@code text} from {@code begin} to {@code end}; not to be changed.
   *
   * @param hash of the characters, 31 * (31 * (first) + second) + ...
   */
  int[] words(String text, int begin, int end, int hash) {
    int slot = hash * 0x9E3779B9 >>> 7 & hashes.length - 1;
    while (words[slot] != null) {
      if (hashes[slot] == hash && equal(slot, text, begin, end)) {
        return words[slot];
      }
      slot = slot + 1 & hashes.length - 1;
    }
    int[] found = reader.apply(text.substring(begin, end));
    remember(slot, text, begin, end, hash, found);
    return found;
  }

  private boolean equal(int slot, String text, int begin, int end) {
    int first = begins[slot];
    if (ends[slot] - first != end - begin) {
      return false;
    }
    for (int i = begin; i < end; i++) {
      if (text.charAt(i) != characters[first + i - begin]) {
        return false;
      }
    }
    return true;
  }

  private void remember(int slot, String text, int begin, int end, int hash, int[] found) {
    if (used + end - begin > characters.length) {
      characters = Arrays.copyOf(characters, 2 * (used + end - begin));
    }
    text.getChars(begin, end, characters, used);
    hashes[slot] = hash;
    begins[slot] = used;
    used += end - begin;
    ends[slot] = used;
    words[slot] = found;
    size++;
    if (size == MOST) {
      forget();
    } else if (size > hashes.length / 2) {
      grow();
    }
  }

  private void grow() {
    int[] oldHashes = hashes;
    int[] oldBegins = begins;
    int[] oldEnds = ends;
    int[][] oldWords = words;
    allocate(2 * oldHashes.length);
    for (int old = 0; old < oldHashes.length; old++) {
      if (oldWords[old] != null) {
        int slot = oldHashes[old] * 0x9E3779B9 >>> 7 & hashes.length - 1;
        while (words[slot] != null) {
          slot = slot + 1 & hashes.length - 1;
        }
        hashes[slot] = oldHashes[old];
        begins[slot] = oldBegins[old];
        ends[slot] = oldEnds[old];
        words[slot] = oldWords[old];
      }
    }
  }

  private void forget() {
    allocate(1 << 10);
    characters = new char[1 << 13];
    used = 0;
    size = 0;
  }

  private void allocate(int slots) {
    hashes = new int[slots];
    begins = new int[slots];
    ends = new int[slots];
    words = new int[slots][];
  }
}
