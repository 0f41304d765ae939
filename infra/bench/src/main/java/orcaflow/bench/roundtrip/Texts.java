package orcaflow.bench.roundtrip;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Texts to make tokenizers of, and texts that have broken tokenizers. */
final class Texts {

  private static final List<String> NAMES = List.of("Ann", "Tom", "Zoe", "Joel", "Naïm");
  private static final List<String> THINGS =
      List.of("apples", "red marbles", "boxes of pens", "cups of café au lait");
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "▁",
          "naïve café – “5 €”",
          "日本語の算数",
          "🙂 emoji 👩‍👧 🇩🇪",
          "e\u0301\u200d\ufeff\u00a0\u3000",
          "\u0000\u0001\u007f\u0085\u2028",
          "tab\tand\r\nlines\n\n\n",
          "#### 18",
          "\\boxed{\\frac{3}{4}}",
          "<<16-3-4=9>>9",
          "$1,234.50 is 12.5% of x²",
          "USER:\nWhat is 7 * 8?\n\nASSISTANT:\n56",
          "<0x41> is no byte",
          "[INST] no instruction [/INST]");

  private Texts() {}

  /** Sentences of word problems. */
  static List<String> plain(int count) {
    Random random = new Random(11);
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                "%s has %d %s and gives away %d. How many %s are left? #### %d"
                    .formatted(
                        any(NAMES, random),
                        40 + random.nextInt(60),
                        any(THINGS, random),
                        random.nextInt(40),
                        any(THINGS, random),
                        random.nextInt(100)))
        .toList();
  }

  /** Odd ones, runs of one sign, and mixtures; nothing that spells a special piece. */
  static List<String> odd(int mixtures) {
    List<String> texts = new ArrayList<>(ODD);
    for (String sign : List.of(" ", "a", "=", "\n", "0", " .")) {
      for (int n = 2; n < 40; n += 3) {
        texts.add(sign.repeat(n));
        texts.add("x" + sign.repeat(n) + "y");
      }
    }
    Random random = new Random(12);
    List<String> plain = plain(20);
    for (int n = 0; n < mixtures; n++) {
      StringBuilder text = new StringBuilder();
      for (int part = 1 + random.nextInt(6); part > 0; part--) {
        text.append(any(random.nextBoolean() ? ODD : plain, random));
        text.append(" ".repeat(random.nextInt(3)));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static String any(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
