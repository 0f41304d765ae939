package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** English number words: {@code seven}, {@code twenty-one}, {@code one hundred and five}. */
public final class NumberWords {

  private static final Map<String, Integer> SMALL = new HashMap<>();
  private static final Map<String, BigDecimal> MULTIPLIERS =
      Map.of(
          "dozen", new BigDecimal(12),
          "hundred", new BigDecimal(100),
          "thousand", new BigDecimal(1_000),
          "million", new BigDecimal(1_000_000),
          "billion", new BigDecimal(1_000_000_000L),
          "trillion", new BigDecimal(1_000_000_000_000L));

  static {
    String[] units =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                + " fifteen sixteen seventeen eighteen nineteen")
            .split(" ");
    for (int i = 0; i < units.length; i++) {
      SMALL.put(units[i], i);
    }
    String[] tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
    for (int i = 0; i < tens.length; i++) {
      SMALL.put(tens[i], 20 + 10 * i);
    }
  }

  private static final Map<String, Integer> PARTS =
      Map.ofEntries(
          Map.entry("half", 2),
          Map.entry("halves", 2),
          Map.entry("third", 3),
          Map.entry("thirds", 3),
          Map.entry("quarter", 4),
          Map.entry("quarters", 4),
          Map.entry("fourth", 4),
          Map.entry("fourths", 4),
          Map.entry("fifth", 5),
          Map.entry("fifths", 5),
          Map.entry("sixth", 6),
          Map.entry("sixths", 6),
          Map.entry("eighth", 8),
          Map.entry("eighths", 8),
          Map.entry("tenth", 10),
          Map.entry("tenths", 10));

  private NumberWords() {}

  /**
   * Whether a lower-case word counts: {@code seven}, {@code twenty}, {@code hundred}, {@code
   * dozen}.
   */
  public static boolean is(String word) {
    return SMALL.containsKey(word) || MULTIPLIERS.containsKey(word);
  }

  /** What a counting word behind a number, or its plural, multiplies by. */
  static Optional<BigDecimal> multiplier(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    String one = lower.endsWith("s") ? lower.substring(0, lower.length() - 1) : lower;
    return Optional.ofNullable(MULTIPLIERS.get(one));
  }

  /** Puts digits for the first run of number words; empty if there is none. */
  static Optional<String> firstAsDigits(String text) {
    String[] tokens = text.toLowerCase(Locale.ROOT).split("[\\s-]+");
    if (tokens.length > 0 && PARTS.containsKey(bare(tokens[0]))) {
      return Optional.of(joined("1/" + PARTS.get(bare(tokens[0])), tokens, 1));
    }
    for (int start = 0; start < tokens.length; start++) {
      if (SMALL.containsKey(bare(tokens[start]))) {
        return Optional.of(read(tokens, start));
      }
    }
    return Optional.empty();
  }

  private static String read(String[] tokens, int start) {
    long total = 0;
    long current = 0;
    int next = start;
    boolean ended = false;
    while (next < tokens.length && !ended) {
      String word = bare(tokens[next]);
      ended = !word.equals(tokens[next]);
      if (SMALL.containsKey(word)) {
        current += SMALL.get(word);
      } else if (word.equals("hundred")) {
        current *= 100;
      } else if (word.equals("thousand") || word.equals("million") || word.equals("billion")) {
        total += current * MULTIPLIERS.get(word).longValueExact();
        current = 0;
      } else if (!joins(tokens, next)) {
        break;
      }
      next++;
      if (total > 1_000_000_000_000L || current > 1_000_000L) {
        break;
      }
    }
    long number = total + current;
    if (!ended && next < tokens.length && PARTS.containsKey(bare(tokens[next]))) {
      return joined(number + "/" + PARTS.get(bare(tokens[next])), tokens, next + 1);
    }
    if (!ended && next + 2 < tokens.length && andAPart(tokens, next)) {
      return joined(number + " 1/" + PARTS.get(bare(tokens[next + 2])), tokens, next + 3);
    }
    return joined(Long.toString(number), tokens, next);
  }

  private static boolean andAPart(String[] tokens, int at) {
    return tokens[at].equals("and")
        && tokens[at + 1].equals("a")
        && PARTS.containsKey(bare(tokens[at + 2]));
  }

  private static String joined(String digits, String[] tokens, int from) {
    String rest = String.join(" ", Arrays.asList(tokens).subList(from, tokens.length));
    return (digits + " " + rest).strip();
  }

  /** {@code and} belongs to a number only between two of its words: one hundred and five. */
  private static boolean joins(String[] tokens, int at) {
    return tokens[at].equals("and")
        && (tokens[at - 1].equals("hundred") || tokens[at - 1].equals("thousand"))
        && at + 1 < tokens.length
        && SMALL.containsKey(bare(tokens[at + 1]));
  }

  private static String bare(String token) {
    int end = token.length();
    while (end > 0 && !Character.isLetterOrDigit(token.charAt(end - 1))) {
      end--;
    }
    return token.substring(0, end);
  }
}
