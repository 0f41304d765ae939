package orcaflow.bench.contamination;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As many problems as one wants, made of few by edits that a generator of problems would make:
 * other numbers, other names, other words, a sentence left out or taken from elsewhere. No two are
 * equal. The same problems and seed give the same texts.
 */
final class MadeProblems {

  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern NAME = Pattern.compile("(?<=[a-z,] )[A-Z][a-z]{2,}\\b");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.?!])\\s+");
  private static final Pattern WORD = Pattern.compile("[a-z]{3,}");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** Share of words replaced by others, one of these for each problem. */
  private static final double[] REPLACED = {0, 0, 0.02, 0.05, 0.1, 0.2};

  private final List<String> sources;
  private final List<String> words;
  private final List<String> names;
  private final long seed;

  MadeProblems(List<String> sources, long seed) {
    this.sources = sources;
    this.seed = seed;
    Set<String> someWords = new TreeSet<>();
    Set<String> someNames = new TreeSet<>();
    for (String source : sources) {
      for (String word : SPACE.split(source)) {
        if (WORD.matcher(word).matches()) {
          someWords.add(word);
        }
      }
      NAME.matcher(source).results().forEach(found -> someNames.add(found.group()));
    }
    words = List.copyOf(someWords);
    names = List.copyOf(someNames);
  }

  /** The sources in turn, as they are at first and edited from then on. */
  List<String> make(int count) {
    List<String> made = new ArrayList<>(count);
    Set<String> known = new HashSet<>();
    for (long attempt = 0; made.size() < count; attempt++) {
      String source = sources.get((int) (attempt % sources.size()));
      String text =
          attempt < sources.size() ? source : edited(source, new Random(seed * 31 + attempt));
      if (known.add(text)) {
        made.add(text);
      }
    }
    return made;
  }

  private String edited(String source, Random random) {
    List<String> sentences = new ArrayList<>(List.of(SENTENCE_END.split(source)));
    if (sentences.size() > 3 && random.nextInt(6) == 0) {
      sentences.remove(random.nextInt(sentences.size() - 1));
    }
    if (random.nextInt(3) == 0) {
      String[] others = SENTENCE_END.split(sources.get(random.nextInt(sources.size())));
      sentences.add(random.nextInt(sentences.size()), others[random.nextInt(others.length)]);
    }
    String text = String.join(" ", sentences);
    text = renamed(text, random);
    text = renumbered(text, random);
    return reworded(text, REPLACED[random.nextInt(REPLACED.length)], random);
  }

  private static String renumbered(String text, Random random) {
    double share = random.nextInt(4) / 3.0;
    return NUMBER
        .matcher(text)
        .replaceAll(
            found ->
                random.nextDouble() < share
                    ? Integer.toString(2 + random.nextInt(limit(found.group().length())))
                    : found.group());
  }

  private static int limit(int digits) {
    return (int) Math.pow(10, Math.min(digits, 6));
  }

  private String renamed(String text, Random random) {
    Matcher found = NAME.matcher(text);
    return random.nextBoolean() && found.find()
        ? text.replace(found.group(), names.get(random.nextInt(names.size())))
        : text;
  }

  private String reworded(String text, double share, Random random) {
    String[] all = SPACE.split(text);
    for (int i = 0; i < all.length; i++) {
      if (share > 0 && random.nextDouble() < share && WORD.matcher(all[i]).matches()) {
        all[i] = words.get(random.nextInt(words.size()));
      }
    }
    return String.join(" ", all);
  }
}
