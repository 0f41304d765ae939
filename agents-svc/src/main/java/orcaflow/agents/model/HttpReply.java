package orcaflow.agents.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an endpoint sent, decompressed.
 *
 * @param status HTTP status
 * @param header looks up a header's value; null where there is none
 * @param body as received, up to the size limit
 * @param redactor takes the key out of what is read here
 */
record HttpReply(int status, UnaryOperator<String> header, byte[] body, Redactor redactor) {

  private static final int EXCERPT_CHARACTERS = 200;
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]+)\"?");

  /** The body is no text in the character set that it names. */
  static final class Undecodable extends Exception {
    private static final long serialVersionUID = 1L;

    Undecodable(String message) {
      super(message);
    }
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(header.apply(name))
        .map(redactor::redact)
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  boolean isEventStream() {
    return value("Content-Type")
        .filter(type -> type.regionMatches(true, 0, "text/event-stream", 0, 17))
        .isPresent();
  }

  /**
   * The body as text: by its byte order mark, else by the charset of its content type, else UTF-8
   * (RFC 8259, section 8.1).
   */
  String text() throws Undecodable {
    int mark = markLength(body);
    Charset charset = mark > 0 ? marked(body) : named();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(body, mark, body.length - mark);
      return redactor.redact(charset.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw new Undecodable("its bytes are no %s".formatted(charset));
    }
  }

  /** The beginning of the body on one line; control characters are shown as such. */
  String excerpt() {
    String text =
        redactor.redact(new String(body, 0, Math.min(body.length, 2_000), StandardCharsets.UTF_8));
    return excerpt(text.isBlank() ? "(nothing)" : text);
  }

  /** Foreign text on one line, cut to the length of a message. */
  static String excerpt(String text) {
    String line = text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "\u00b7").strip();
    return line.codePointCount(0, line.length()) <= EXCERPT_CHARACTERS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, EXCERPT_CHARACTERS)) + "...";
  }

  private Charset named() throws Undecodable {
    Matcher charset = CHARSET.matcher(value("Content-Type").orElse(""));
    if (!charset.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(charset.group(1));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new Undecodable("charset '%s' is unknown".formatted(excerpt(charset.group(1))));
    }
  }

  private static int markLength(byte[] b) {
    if (b.length >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF) {
      return 3;
    }
    boolean utf16 =
        b.length >= 2
            && (b[0] == (byte) 0xFE && b[1] == (byte) 0xFF
                || b[0] == (byte) 0xFF && b[1] == (byte) 0xFE);
    return utf16 ? 2 : 0;
  }

  private static Charset marked(byte[] b) {
    if (b[0] == (byte) 0xEF) {
      return StandardCharsets.UTF_8;
    }
    return b[0] == (byte) 0xFE ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
  }
}
