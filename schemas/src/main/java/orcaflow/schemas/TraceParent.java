package orcaflow.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header {@code traceparent} of W3C Trace Context, version 00: to which trace a record belongs,
 * and which span wrote it. Nothing decides by it; who reads it are tools for tracing.
 *
 * @param traceId 32 lower-case hex digits, not all 0
 * @param spanId 16 lower-case hex digits, not all 0
 */
public record TraceParent(String traceId, String spanId) {

  public static final String HEADER = "traceparent";

  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");
  private static final byte[] FRAME =
      ("00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01").getBytes(StandardCharsets.ISO_8859_1);
  private static final int LENGTH = FRAME.length;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int LONGEST = 512;
  private static final String VERSION = "00";

  public TraceParent {
    if (!isId(traceId, 32) || !isId(spanId, 16)) {
      throw new IllegalArgumentException(
          "trace id '%s', span id '%s': give 32 and 16 hex digits".formatted(traceId, spanId));
    }
  }

  /**
   * What the headers say; empty where they say nothing, or nothing that the standard allows. A
   * later version of the standard may add to the text, which is passed over.
   */
  public static Optional<TraceParent> in(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null) {
      return Optional.empty();
    }
    byte[] value = header.value();
    if (value.length < LENGTH || value.length > LONGEST) {
      return Optional.empty();
    }
    var text = FORM.matcher(new String(value, StandardCharsets.ISO_8859_1));
    boolean isValid =
        text.matches()
            && (value.length == LENGTH || !text.group().startsWith(VERSION))
            && isId(text.group(1), 32)
            && isId(text.group(2), 16);
    return isValid ? Optional.of(new TraceParent(text.group(1), text.group(2))) : Optional.empty();
  }

  /** Sets the header in place of what was there; leaves headers alone that have it already. */
  void set(Headers headers) {
    set(headers, traceId, spanId);
  }

  /** The same without a check of the ids, for each event that is written. */
  static void set(Headers headers, String traceId, String spanId) {
    put(headers, HEADER, value(traceId, spanId));
  }

  /**
   * Sets a header in place of those that have its name; where it is there, the headers of a record
   * that was sent before, which are closed, are not touched.
   */
  static void put(Headers headers, String name, byte[] value) {
    Header before = headers.lastHeader(name);
    if (before == null) {
      headers.add(name, value);
    } else if (!Arrays.equals(before.value(), value)) {
      headers.remove(name).add(name, value);
    }
  }

  /**
   * The value of the header. The flag says that the span may have been recorded: the text is the
   * same whether or not it was, so that a record that is written again is the same record.
   */
  public String text() {
    return new String(value(traceId, spanId), StandardCharsets.ISO_8859_1);
  }

  private static byte[] value(String traceId, String spanId) {
    byte[] value = FRAME.clone();
    copy(traceId, value, TRACE_AT);
    copy(spanId, value, SPAN_AT);
    return value;
  }

  private static void copy(String digits, byte[] value, int at) {
    for (int i = 0; i < digits.length(); i++) {
      value[at + i] = (byte) digits.charAt(i);
    }
  }

  /** Whether a text is that number of hex digits, of which one is not 0. */
  static boolean isId(String text, int digits) {
    if (text == null || text.length() != digits || !Ids.isHex(text, digits)) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      if (text.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }
}
