package orcaflow.agents.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A reply as it came, for a person to look at.
 *
 * @param status HTTP status
 * @param contentType as the header says; empty without one
 * @param body the beginning of the body, without the endpoint's key
 */
record RawReply(int status, String contentType, byte[] body) {

  /** Maximum bytes of a body that are kept. */
  static final int MAX_BYTES = 1 << 16;

  static RawReply of(int status, Optional<String> contentType, byte[] body, Redactor redactor) {
    String start =
        new String(
            body.length > MAX_BYTES ? Arrays.copyOf(body, MAX_BYTES) : body,
            StandardCharsets.ISO_8859_1);
    return new RawReply(
        status,
        redactor.redact(contentType.orElse("")),
        redactor.redact(start).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Status and content type in a line, an empty line, and the body. */
  byte[] bytes() {
    byte[] head =
        "%d %s"
            .formatted(status, contentType)
            .strip()
            .concat("\n\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }
}
