package orcaflow.agents.model;

/**
 * Foreign text as a prompt shows it: stripped, of limited length, and without characters that
 * nobody sees.
 *
 * <p>Control characters other than the line feed and the tab, format characters (bidirectional
 * marks, zero widths, tags), line and paragraph separators, variation selectors, fillers, private
 * use and halves of surrogate pairs are written as their number in hex, escaped. Of a text over the
 * limit the beginning and the end are kept, since a question and a final answer stand at the end.
 */
final class VisibleText {

  private VisibleText() {}

  /**
   * @param limit maximum characters (code points), without the mark of a cut
   */
  static String of(String text, int limit) {
    String stripped = text.replace("\r\n", "\n").strip();
    int head = forward(stripped, limit);
    if (head == stripped.length()) {
      return shown(stripped);
    }
    head = forward(stripped, limit / 2);
    int tail = backward(stripped, limit - limit / 2);
    return "%s\n[... %d characters left out ...]\n%s"
        .formatted(
            shown(stripped.substring(0, head)),
            stripped.codePointCount(head, tail),
            shown(stripped.substring(tail)));
  }

  /** End of the longest beginning that shows no more characters than that. */
  private static int forward(String text, int limit) {
    int at = 0;
    for (int length = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      length += length(codePoint);
      if (length > limit) {
        break;
      }
      at += Character.charCount(codePoint);
    }
    return at;
  }

  /** Start of the longest end that shows no more characters than that. */
  private static int backward(String text, int limit) {
    int at = text.length();
    for (int length = 0; at > 0; ) {
      int codePoint = text.codePointBefore(at);
      length += length(codePoint);
      if (length > limit) {
        break;
      }
      at -= Character.charCount(codePoint);
    }
    return at;
  }

  private static int length(int codePoint) {
    return isHidden(codePoint) ? escape(codePoint).length() : 1;
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            codePoint -> {
              if (isHidden(codePoint)) {
                shown.append(escape(codePoint));
              } else {
                shown.appendCodePoint(codePoint);
              }
            });
    return shown.toString();
  }

  private static String escape(int codePoint) {
    return "\\u{%X}".formatted(codePoint);
  }

  static boolean isHidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL -> codePoint != '\n' && codePoint != '\t';
      case Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> isFiller(codePoint);
    };
  }

  /** Joiners, fillers, variation selectors, tags, and what is no character at all. */
  private static boolean isFiller(int codePoint) {
    return codePoint == 0x034F
        || codePoint == 0x115F
        || codePoint == 0x1160
        || codePoint == 0x17B4
        || codePoint == 0x17B5
        || codePoint >= 0x180B && codePoint <= 0x180F
        || codePoint == 0x2800
        || codePoint == 0x3164
        || codePoint >= 0xFE00 && codePoint <= 0xFE0F
        || codePoint == 0xFFA0
        || codePoint >= 0xFDD0 && codePoint <= 0xFDEF
        || codePoint >= 0xE0000 && codePoint <= 0xE0FFF
        || (codePoint & 0xFFFE) == 0xFFFE;
  }
}
