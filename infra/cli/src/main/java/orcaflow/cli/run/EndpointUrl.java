package orcaflow.cli.run;

import java.net.URI;
import java.util.Set;

/** The base URL of an endpoint as a person gives it. */
public final class EndpointUrl {

  private EndpointUrl() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException saying what may be given
   */
  public static URI of(String text) {
    URI url = URI.create(text);
    if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        || url.getHost() == null
        || url.getUserInfo() != null) {
      throw new IllegalArgumentException("give an http(s) URL without credentials");
    }
    return url;
  }
}
