package orcaflow.stack.scripted;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words between spaces stand for tokens: the solver has no tokenizer of its own. */
final class Words {

  private static final Pattern WORD = Pattern.compile("\\S+");

  private Words() {}

  static int count(String text) {
    Matcher words = WORD.matcher(text);
    int count = 0;
    while (words.find()) {
      count++;
    }
    return count;
  }

  /** The text up to the end of its word {@code most}; all of it when it has no more. */
  static String first(String text, int most) {
    Matcher words = WORD.matcher(text);
    int end = 0;
    for (int count = 0; count < most; count++) {
      if (!words.find()) {
        return text;
      }
      end = words.end();
    }
    return words.find() ? text.substring(0, end) : text;
  }
}
