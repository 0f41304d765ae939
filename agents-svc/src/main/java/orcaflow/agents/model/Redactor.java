package orcaflow.agents.model;

import java.util.Optional;

/**
 * Takes an API key out of what an endpoint says, before anything is made of it: some servers and
 * proxies echo the headers of a request.
 */
final class Redactor {

  private static final String HIDDEN = "(key)";

  /** A shorter text is no key and may well occur in an answer. */
  private static final int SHORTEST_KEY = 6;

  private final Optional<String> secret;

  Redactor(Optional<Endpoint.ApiKey> key) {
    this.secret = key.map(Endpoint.ApiKey::secret).filter(text -> text.length() >= SHORTEST_KEY);
  }

  /** The text without the key, also where JSON escapes its slashes. */
  String redact(String text) {
    return secret
        .map(key -> text.replace(key, HIDDEN).replace(key.replace("/", "\\/"), HIDDEN))
        .orElse(text);
  }
}
