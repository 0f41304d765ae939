package orcaflow.schemas.answer.second;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a text says its answer: behind its last mark, with no number behind it; else in its last
 * sentence with a number, if that has one only or ends in an equation.
 */
final class Place {

  /** Of a longer text the end is searched. */
  private static final int LONGEST = 20_000;

  /** Characters before a mark that may belong to its number: {@code minus \boxed{5}}. */
  private static final int BESIDE = 16;

  private static final Pattern CALCULATED = Pattern.compile("<<[^<>\n]{0,200}>>");
  private static final Pattern OTHER_VOICE =
      Pattern.compile(
          "<\\s*/?\\s*[A-Za-z|!]|\\[/?[A-Z]{4,}\\]|(?im)^[^\\w\n]{0,8}(?:next )?(?:question|problem|q)\\b[^\n]{0,12}:");

  private static final int BOX = 1;
  private static final int STATEMENT = 2;
  private static final List<SignedPattern> MARKS =
      List.of(
          SignedPattern.of("####", "(?m)^#{4}([^#\n].*|)$"),
          SignedPattern.of(
              "\\boxed",
              "\\\\boxed\\s*\\{([^{}]{0,200}+(?:\\{[^{}]{0,100}+\\}[^{}]{0,200}+){0,6})\\}"),
          SignedPattern.of("", "(?i)\\banswer\\s?(?:is|\\**:\\**)(?: now)?:?([^\n]*)"),
          SignedPattern.of("A:", "(?m)^A:(.*)$"));

  private static final Pattern SENTENCE_END = Pattern.compile("(?<=(?<!\\\\)[.!?])\\s+|\n");
  private static final Pattern FIRST_WORDS = Pattern.compile("^(?: [^ .,;!?]+){1,3}");
  private static final Pattern DIGIT = Pattern.compile("[\\p{N}]");
  private static final Pattern NUMBERS = Pattern.compile("[0-9](?:[0-9.,/]*[0-9])?");

  private Place() {}

  /** A mark with what it marks. */
  private record Mark(int kind, int start, int end, String clause) {}

  /** A reference of one line without a mark is an answer as it stands. */
  static String ofReference(String reference) throws Unclear {
    String text = end(reference);
    Optional<Mark> mark = marks(text).stream().max(Comparator.comparingInt(Mark::start));
    if (mark.isEmpty() && !text.contains("\n")) {
      return text;
    }
    return ofCompletion(reference);
  }

  static String ofCompletion(String completion) throws Unclear {
    String text = CALCULATED.matcher(end(completion)).replaceAll("");
    if (OTHER_VOICE.matcher(text).find()) {
      throw new Unclear("the text has other parts than an answer");
    }
    List<Mark> marks = marks(text);
    return marks.isEmpty() ? inLastSentence(text) : marked(text, marks);
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - LONGEST)).strip();
  }

  private static List<Mark> marks(String text) {
    List<Mark> marks = new ArrayList<>();
    for (int kind = 0; kind < MARKS.size(); kind++) {
      for (MatchResult found : MARKS.get(kind).matches(text)) {
        marks.add(mark(kind, found, text));
      }
    }
    return marks;
  }

  /** Where nothing stands behind the mark, the next line with something in it is meant. */
  private static Mark mark(int kind, MatchResult found, String text) {
    String clause = kind == STATEMENT ? sentence(found.group(1)) : found.group(1);
    if (!clause.replaceAll("[*_$\\s]", "").isEmpty() || found.end() == text.length()) {
      int end = kind == STATEMENT ? found.start(1) + clause.length() : found.end();
      return new Mark(kind, found.start(), end, clause);
    }
    int next = text.length() - text.substring(found.end()).stripLeading().length();
    int end = text.indexOf('\n', next) < 0 ? text.length() : text.indexOf('\n', next);
    return new Mark(kind, found.start(), end, text.substring(next, end));
  }

  private static String marked(String text, List<Mark> marks) throws Unclear {
    Mark last = marks.stream().max(Comparator.comparingInt(Mark::start)).orElseThrow();
    if (text.lastIndexOf("\\boxed") > last.start() || text.contains("\\fbox")) {
      throw new Unclear("a box that cannot be opened");
    }
    String behind = text.substring(last.end());
    if (DIGIT.matcher(behind).find()) {
      throw new Unclear("numbers behind the marked answer");
    }
    Words.requireNoDoubt(behind);
    String before = sentenceBefore(text, last.start());
    Words.requireNoDoubt(before);
    Words.requireUnchanging(before.substring(Math.max(0, before.length() - BESIDE)));
    String clause = last.kind() == BOX ? last.clause() + unit(behind) : last.clause();
    Value value = Clause.value(clause);
    for (Mark other : marks) {
      if (other.kind() != last.kind() && says(other, value)) {
        throw new Unclear("two marks with two answers");
      }
    }
    return clause;
  }

  /** Whether a mark says another number. */
  private static boolean says(Mark other, Value value) {
    try {
      return Clause.value(other.clause()).number().compareTo(value.number()) != 0;
    } catch (Unclear e) {
      return false;
    }
  }

  /** The first words of the line behind a box: {@code $\boxed{18}$ dollars}. */
  private static String unit(String behind) {
    String line = behind.lines().findFirst().orElse("").replaceFirst("^[$*)\\]\\\\]+", "");
    return FIRST_WORDS.matcher(line).results().map(MatchResult::group).findFirst().orElse("");
  }

  /** Up to the end of the first sentence. */
  private static String sentence(String line) {
    Matcher end = SENTENCE_END.matcher(line.stripTrailing());
    int from = line.length() - line.stripLeading().length();
    return end.find(Math.min(from, line.stripTrailing().length()))
        ? line.substring(0, end.start())
        : line;
  }

  private static String sentenceBefore(String text, int end) {
    String before = text.substring(0, end);
    String[] sentences = SENTENCE_END.split(before.stripLeading(), -1);
    return sentences[sentences.length - 1];
  }

  private static String inLastSentence(String text) throws Unclear {
    String[] sentences = SENTENCE_END.split(text);
    int last = sentences.length - 1;
    while (last >= 0 && !DIGIT.matcher(sentences[last]).find()) {
      Words.requireNoDoubt(sentences[last]);
      last--;
    }
    if (last < 0) {
      throw new Unclear("no digit in the text");
    }
    String sentence = sentences[last].replaceFirst("[.!?]$", "");
    String result = sentence.substring(sentence.lastIndexOf('=') + 1);
    Words.requireNoRemark(sentence);
    Words.requireUnchanging(result);
    if (!sentence.equals(text) && NUMBERS.matcher(result).results().count() > 1) {
      throw new Unclear("several numbers in the last sentence");
    }
    return result;
  }
}
