package orcaflow.cli.contamination;

import java.text.Normalizer;
import java.util.Locale;

/** A quick look at a text: its first letters and digits, whatever stands between them. */
final class Letters {

  /** More than a greeting, less than a sentence. */
  private static final int FIRST = 32;

  private Letters() {}

  /**
   * Equal for texts that {@link orcaflow.schemas.Ids#normalised} makes equal, and seldom for
   * others.
   */
  static long hash(String text) {
    long hash = 1;
    int counted = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 128) {
        // It may belong to the letter before it, so the end is looked for one character too late.
        return foldedHash(text);
      }
      if (counted == FIRST) {
        return hash;
      }
      int letter = c | 0x20;
      if (letter >= 'a' && letter <= 'z') {
        hash = 31 * hash + letter;
        counted++;
      } else if (c >= '0' && c <= '9') {
        hash = 31 * hash + c;
        counted++;
      }
    }
    return hash;
  }

  private static long foldedHash(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Letters::counts)
        .limit(FIRST)
        .asLongStream()
        .reduce(1, (hash, letter) -> 31 * hash + letter);
  }

  /** As in the pattern of words there: Unicode's categories L and N. */
  private static boolean counts(int codePoint) {
    int type = Character.getType(codePoint);
    return Character.isLetter(codePoint)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }
}
