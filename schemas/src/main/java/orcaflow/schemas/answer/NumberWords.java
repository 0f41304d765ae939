package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * English number words: {@code seven}, {@code twenty-one}, {@code one hundred and five}, {@code
 * three point five}, {@code two and two thirds}, {@code half a dozen}.
 */
public final class NumberWords {

  private static final Map<String, Integer> SMALL = new HashMap<>();
  private static final Map<String, Integer> PARTS = new HashMap<>();
  private static final Map<String, Integer> ORDINALS = new HashMap<>();
  private static final Map<String, BigDecimal> MULTIPLIERS =
      Map.of(
          "dozen", new BigDecimal(12),
          "pair", new BigDecimal(2),
          "hundred", new BigDecimal(100),
          "thousand", new BigDecimal(1_000),
          "million", new BigDecimal(1_000_000),
          "billion", new BigDecimal(1_000_000_000L),
          "trillion", new BigDecimal(1_000_000_000_000L));

  /** What stands behind {@code no} without counting anything. */
  private static final Set<String> NO_COUNT =
      Set.of(
          "solution",
          "answer",
          "way",
          "idea",
          "one",
          "such",
          "real",
          "not",
          "more",
          "it",
          "she",
          "he",
          "they",
          "we",
          "i",
          "because",
          "the",
          "this",
          "that");

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
      parts(tens[i].replace("y", "ieth"), 20 + 10 * i);
    }
    String[] ordinals =
        ("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
                + " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth")
            .split(" ");
    for (int i = 0; i < ordinals.length; i++) {
      parts(ordinals[i], i + 3);
    }
    parts("hundredth", 100);
    parts("thousandth", 1_000);
    parts("quarter", 4);
    ORDINALS.remove("quarter");
    ORDINALS.put("first", 1);
    ORDINALS.put("second", 2);
    PARTS.put("half", 2);
    PARTS.put("halves", 2);
  }

  private static void parts(String word, int part) {
    PARTS.put(word, part);
    PARTS.put(word + "s", part);
    ORDINALS.put(word, part);
  }

  private NumberWords() {}

  /**
   * Whether a lower-case word counts: {@code seven}, {@code twenty}, {@code hundred}, {@code
   * dozen}.
   */
  public static boolean is(String word) {
    return SMALL.containsKey(word) || (MULTIPLIERS.containsKey(word) && !word.equals("pair"));
  }

  /** What a counting word behind a number, or its plural, multiplies by. */
  static Optional<BigDecimal> multiplier(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    String one = lower.endsWith("s") ? lower.substring(0, lower.length() - 1) : lower;
    return Optional.ofNullable(MULTIPLIERS.get(one));
  }

  /** The part that a word names: 4 for {@code quarters}. */
  static Optional<Integer> part(String word) {
    return Optional.ofNullable(PARTS.get(word));
  }

  /**
   * The tokens with numbers in place of number words. Where there are digits too, only a part
   * behind a number is read ({@code 3 and a half}): {@code one} is not always a number.
   */
  static List<Token> read(List<Token> tokens) {
    boolean digits = tokens.stream().anyMatch(Token::isNumber);
    List<Token> read = new ArrayList<>(tokens.size());
    int at = 0;
    if (tokens.size() == 1 && tokens.get(0).is("none")) {
      Token word = tokens.get(0);
      return List.of(word.withValue(Exact.of(0), word.start()), word.asWord("none"));
    }
    if (!digits && tokens.size() == 1 && ORDINALS.containsKey(tokens.get(0).text())) {
      Token word = tokens.get(0);
      return List.of(
          word.withValue(Exact.of(ORDINALS.get(word.text())), word.start()), word.asWord("th"));
    }
    while (at < tokens.size()) {
      Run run = digits ? behindDigits(tokens, at) : run(tokens, at);
      if (run.end() > at) {
        Token last = tokens.get(run.end() - 1);
        read.add(last.withValue(run.value(), tokens.get(at).start()));
        at = run.end();
      } else {
        read.add(tokens.get(at++));
      }
    }
    return read;
  }

  private record Run(Exact value, int end) {}

  private static Run behindDigits(List<Token> tokens, int at) {
    Token token = tokens.get(at);
    if (token.isNumber() && token.value().isPresent() && word(tokens, at + 1).equals("and")) {
      Run part = fraction(tokens, at + 2);
      if (part.end() > at + 2) {
        return new Run(token.value().get().plus(part.value()), part.end());
      }
    }
    return new Run(Exact.of(0), at);
  }

  private static Run run(List<Token> tokens, int at) {
    Run none = new Run(Exact.of(0), at);
    String first = word(tokens, at);
    boolean article = first.equals("a") || first.equals("an");
    if (at == 0 && first.equals("no") && tokens.size() > 1 && tokens.size() <= 4) {
      return NO_COUNT.contains(word(tokens, 1)) || !tokens.get(1).isWord()
          ? none
          : new Run(Exact.of(0), 1);
    }
    Run fraction = fraction(tokens, at);
    if (fraction.end() > at && (!first.equals("half") || at == 0)) {
      return halfOf(tokens, fraction);
    }
    if (article && MULTIPLIERS.containsKey(word(tokens, at + 1))) {
      return word(tokens, at + 1).equals("dozen") || word(tokens, at + 1).equals("pair")
          ? new Run(Exact.of(1), at + 1)
          : cardinal(tokens, at + 1, new BigDecimal(1));
    }
    if (!SMALL.containsKey(first)) {
      return none;
    }
    Run number = cardinal(tokens, at, BigDecimal.ZERO);
    if (word(tokens, number.end()).equals("and")) {
      Run part = fraction(tokens, number.end() + 1);
      if (part.end() > number.end() + 1) {
        return new Run(number.value().plus(part.value()), part.end());
      }
    }
    return number;
  }

  /** {@code half a dozen}, {@code half an hour}: the article goes. */
  private static Run halfOf(List<Token> tokens, Run half) {
    String next = word(tokens, half.end());
    String behind = word(tokens, half.end() + 1);
    if ((next.equals("a") || next.equals("an")) && half.end() == 1) {
      if (MULTIPLIERS.containsKey(behind) && !behind.equals("dozen")) {
        return new Run(half.value().times(Exact.of(MULTIPLIERS.get(behind))), half.end() + 2);
      }
      return new Run(half.value(), half.end() + 1);
    }
    return half;
  }

  /**
   * {@code half}, {@code a quarter}, {@code one half}, {@code two thirds}, {@code three ninths}.
   */
  private static Run fraction(List<Token> tokens, int at) {
    String first = word(tokens, at);
    Run none = new Run(Exact.of(0), at);
    if (first.equals("half") || (first.equals("quarter") && tokens.size() == 1)) {
      return new Run(part(Exact.of(1), first), at + 1);
    }
    boolean article = first.equals("a") || first.equals("an");
    if (article && PARTS.containsKey(word(tokens, at + 1))) {
      return new Run(part(Exact.of(1), word(tokens, at + 1)), at + 2);
    }
    if (!SMALL.containsKey(first)) {
      return none;
    }
    Run above = cardinal(tokens, at, BigDecimal.ZERO);
    String part = word(tokens, above.end());
    return PARTS.containsKey(part) ? new Run(part(above.value(), part), above.end() + 1) : none;
  }

  private static Exact part(Exact above, String word) {
    return new Exact(above.numerator(), BigDecimal.valueOf(PARTS.get(word)));
  }

  private static Run cardinal(List<Token> tokens, int from, BigDecimal start) {
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal current = start;
    int next = from;
    while (next < tokens.size() && next - from < 40) {
      String word = word(tokens, next);
      if (SMALL.containsKey(word)) {
        current = current.add(BigDecimal.valueOf(SMALL.get(word)));
      } else if (word.equals("point") && SMALL.containsKey(word(tokens, next + 1))) {
        int end = next + 1;
        StringBuilder decimals = new StringBuilder();
        while (SMALL.containsKey(word(tokens, end))) {
          decimals.append(SMALL.get(word(tokens, end++)));
        }
        current = current.add(new BigDecimal("0." + decimals));
        next = end;
        continue;
      } else if (word.equals("hundred")) {
        current = current.multiply(MULTIPLIERS.get(word));
      } else if (MULTIPLIERS.containsKey(word) && !word.equals("dozen") && !word.equals("pair")) {
        total = total.add(current.multiply(MULTIPLIERS.get(word)));
        current = BigDecimal.ZERO;
      } else if (!joins(tokens, next)) {
        break;
      }
      next++;
    }
    return new Run(Exact.of(total.add(current)), next);
  }

  /** {@code and} belongs to a number only between two of its words: one hundred and five. */
  private static boolean joins(List<Token> tokens, int at) {
    String before = at > 0 ? word(tokens, at - 1) : "";
    return word(tokens, at).equals("and")
        && (before.equals("hundred") || before.equals("thousand") || before.equals("million"))
        && SMALL.containsKey(word(tokens, at + 1))
        && !PARTS.containsKey(word(tokens, at + 2));
  }

  private static String word(List<Token> tokens, int at) {
    return at >= 0 && at < tokens.size() && tokens.get(at).isWord() ? tokens.get(at).text() : "";
  }
}
