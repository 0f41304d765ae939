package orcaflow.cli.terminal;

import java.util.HexFormat;

/**
 * Text that a terminal shows and does not obey. A record may hold anything, and a terminal takes
 * control characters for commands.
 */
public final class Printable {

  private static final int MOST_BYTES = 256;

  private Printable() {}

  /** The text with everything escaped that is not shown as a character of its own. */
  public static String text(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    raw.codePoints().forEach(point -> append(text, point));
    return text.toString();
  }

  private static void append(StringBuilder text, int point) {
    switch (point) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (isShown(point)) {
          text.appendCodePoint(point);
        } else {
          for (char unit : Character.toChars(point)) {
            text.append("\\u%04x".formatted((int) unit));
          }
        }
      }
    }
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The first bytes in hex, and as ASCII where they are. */
  public static String bytes(byte[] bytes) {
    int length = Math.min(bytes.length, MOST_BYTES);
    StringBuilder ascii = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      ascii.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
    }
    return "%d bytes%s: %s |%s|"
        .formatted(
            bytes.length,
            length < bytes.length ? ", the first " + length : "",
            HexFormat.of().formatHex(bytes, 0, length),
            ascii);
  }
}
