package orcaflow.agents.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text without the reasoning that some models write into it between tags.
 *
 * @param text what stands outside of the tags
 * @param reasoning what stands inside; empty where there are no tags
 */
record Reasoning(String text, Optional<String> reasoning) {

  private static final String TAG = "(think|thinking|thought|reasoning)";
  private static final Pattern OPEN = Pattern.compile("(?i)\\A\\s*<" + TAG + ">");
  private static final Pattern CLOSE = Pattern.compile("(?i)</" + TAG + ">");

  /**
   * Splits at the end of the reasoning. The opening tag may be missing, as it belongs to the prompt
   * with some chat templates. Where the closing one is missing, all of the text is reasoning.
   */
  static Reasoning split(String text) {
    Matcher open = OPEN.matcher(text);
    boolean opened = open.find();
    int begin = opened ? open.end() : 0;
    Matcher close = CLOSE.matcher(text);
    int end = -1;
    int rest = -1;
    while (close.find()) {
      end = close.start();
      rest = close.end();
    }
    if (end >= begin) {
      return new Reasoning(text.substring(rest).strip(), of(text.substring(begin, end)));
    }
    return opened
        ? new Reasoning("", of(text.substring(begin)))
        : new Reasoning(text, Optional.empty());
  }

  private static Optional<String> of(String reasoning) {
    return Optional.of(reasoning.strip()).filter(said -> !said.isEmpty());
  }
}
