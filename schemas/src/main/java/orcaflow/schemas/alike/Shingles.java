package orcaflow.schemas.alike;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.answer.NumberWords;

/**
 * A text as the set of its runs of words, each run a number of 64 bits. Words are those of {@link
 * Ids#normalised}, so questions with the same problem id have equal sets. A text shorter than a run
 * is one run.
 *
 * @param words words of a run
 * @param maskNumbers whether every number, in digits or words, counts as the same word
 */
public record Shingles(int words, boolean maskNumbers) {

  private static final String NUMBER = "#";
  private static final int LENGTH_BITS = 8;
  private static final int LONGEST = (1 << LENGTH_BITS) - 1;

  public Shingles {
    if (words < 1 || words > 20) {
      throw new IllegalArgumentException("words is %d: use 1 to 20".formatted(words));
    }
  }

  /** The name of the method in events. */
  public String method() {
    return "words-" + words + (maskNumbers ? "-numbers-masked" : "");
  }

  /**
   * The runs, ascending, without repeats; empty for a text without words. The runs with most
   * letters come first: they tend to be the rarest, and {@link AlikeIndex} is fast with rare runs
   * first. The order depends on nothing but the runs.
   */
  public long[] of(String text) {
    String[] sequence = sequence(text);
    int runs = sequence.length == 0 ? 0 : Math.max(1, sequence.length - words + 1);
    return IntStream.range(0, runs)
        .mapToLong(begin -> run(sequence, begin, Math.min(sequence.length, begin + words)))
        .sorted()
        .distinct()
        .toArray();
  }

  private String[] sequence(String text) {
    String normalised = Ids.normalised(text);
    String[] all = normalised.isEmpty() ? new String[0] : normalised.split(" ");
    return maskNumbers ? masked(Arrays.asList(all)) : all;
  }

  /** {@code twenty - one} is one number, as {@code 21} is. */
  private static String[] masked(List<String> all) {
    String[] masked = new String[all.size()];
    int size = 0;
    for (int i = 0; i < all.size(); i++) {
      boolean joins =
          all.get(i).equals("-")
              && size > 0
              && masked[size - 1].equals(NUMBER)
              && i + 1 < all.size()
              && isNumber(all.get(i + 1));
      boolean number = isNumber(all.get(i));
      if (!joins && !(number && size > 0 && masked[size - 1].equals(NUMBER))) {
        masked[size++] = number ? NUMBER : all.get(i);
      }
    }
    return Arrays.copyOf(masked, size);
  }

  private static boolean isNumber(String word) {
    return Character.getType(word.codePointAt(0)) == Character.DECIMAL_DIGIT_NUMBER
        || NumberWords.is(word);
  }

  private static long run(String[] sequence, int begin, int end) {
    long hash = 1;
    int letters = 0;
    for (int i = begin; i < end; i++) {
      String word = sequence[i];
      for (int c = 0; c < word.length(); c++) {
        hash = (hash ^ word.charAt(c)) * 0x100000001B3L;
      }
      // A separator, so that "ab c" and "a bc" differ, and a mixing of all bits (MurmurHash3's).
      hash = (hash ^ 0x1F) * 0xFF51AFD7ED558CCDL;
      hash ^= hash >>> 33;
      letters += word.length();
    }
    long shortness = LONGEST - Math.min(LONGEST, letters);
    return shortness << Long.SIZE - LENGTH_BITS - 1 | hash >>> LENGTH_BITS + 1;
  }
}
