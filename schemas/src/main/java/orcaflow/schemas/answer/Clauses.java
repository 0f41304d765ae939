package orcaflow.schemas.answer;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a clause, a sentence and a line end. */
final class Clauses {

  private static final Pattern REASON =
      Pattern.compile("(?i)[,;]? (?:because|since|so that|as there|which)\\b");
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "st", "vs", "approx", "no", "rs", "jr", "sr", "prof", "eq", "ca",
          "ft", "lb", "oz", "in");

  private Clauses() {}

  /** Up to the end of the sentence or the word because. */
  static String cut(String line) {
    String sentence = line.substring(0, sentenceEnd(line, 0));
    Matcher reason = REASON.matcher(sentence);
    return reason.find() && reason.start() > 0 ? sentence.substring(0, reason.start()) : sentence;
  }

  /** Behind the last character of the sentence that a place is in, without its full stop. */
  static int sentenceEnd(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        return i;
      }
      boolean mark = (c == '.' && !isDots(text, i)) || c == '?' || c == '!';
      if (mark && endsSentence(text, i)) {
        return i;
      }
    }
    return text.length();
  }

  private static boolean isDots(String text, int at) {
    return at > 0 && text.charAt(at - 1) == '.';
  }

  private static boolean endsSentence(String text, int at) {
    int next = at + 1;
    while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == ')')) {
      next++;
    }
    if (next >= text.length() || text.charAt(next) == '\n') {
      return text.charAt(at) != '!' || next > at + 1 || !isFactorial(text, at);
    }
    char c = text.charAt(next);
    boolean starts = Character.isUpperCase(c) || c == '$' || c == '\\' || c == '(';
    return next > at + 1 && starts && !ABBREVIATIONS.contains(wordBefore(text, at));
  }

  private static boolean isFactorial(String text, int at) {
    return at > 0 && Character.isDigit(text.charAt(at - 1));
  }

  private static String wordBefore(String text, int at) {
    int from = at;
    while (from > 0 && at - from < 8 && Character.isLetter(text.charAt(from - 1))) {
      from--;
    }
    return text.substring(from, at).toLowerCase(java.util.Locale.ROOT);
  }

  static int lineStart(String text, int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  static int lineEnd(String text, int at) {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  /** Where the sentence starts that a place is in. */
  static int sentenceStart(String text, int at) {
    for (int i = at - 1; i >= 0; i--) {
      char c = text.charAt(i);
      boolean mark = c == '.' || c == '?' || c == '!';
      if (c == '\n' || (mark && endsSentence(text, i))) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Where the next line with a letter or a digit starts; the end of the text if there is none. */
  static int nextLine(String text, int from) {
    int at = lineEnd(text, from);
    while (at < text.length() && !Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    return at >= text.length() ? text.length() : Math.max(from, lineStart(text, at));
  }

  static boolean saysSomething(String text) {
    return text.chars().anyMatch(Character::isLetterOrDigit);
  }
}
