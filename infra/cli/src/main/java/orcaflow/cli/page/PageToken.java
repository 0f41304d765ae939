package orcaflow.cli.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What a page must have to change something. It is made at each start, 128 bits, and known only to
 * the terminal that started the page.
 */
final class PageToken {

  private static final int BYTES = 16;

  private final String token;

  PageToken() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    token = HexFormat.of().formatHex(random);
  }

  /** Compares in a time that does not depend on where they differ. */
  boolean is(String other) {
    return other != null
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** Behind an address; a browser sends it to no server. */
  String fragment() {
    return "#token=" + token;
  }
}
