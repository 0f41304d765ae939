package orcaflow.agents.model;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The address of an OpenAI-compatible model server.
 *
 * @param url base URL, with or without {@code /v1}
 * @param key API key, if the server requires one; never printed
 * @param connections maximum connections, kept alive
 * @param timeout maximum time of one request
 */
public record Endpoint(URI url, Optional<ApiKey> key, int connections, Duration timeout) {

  public Endpoint {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "url is '%s': use http://host:port or https://host".formatted(withoutCredentials(url)));
    }
    if (url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "url '%s' holds credentials: give the key by keyVariable or keyFile"
              .formatted(withoutCredentials(url)));
    }
    if (key.isPresent() && scheme.equals("http") && !loopback(url.getHost())) {
      throw new IllegalArgumentException(
          "url is '%s': a key travels over https only, loopback aside".formatted(url));
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections is %d: use 1 or more".formatted(connections));
    }
  }

  /** An API key that {@code toString} hides. */
  public record ApiKey(String secret) {
    @Override
    public String toString() {
      return "(hidden)";
    }
  }

  /** URL of the chat completions. */
  URI chatCompletions() {
    String base = name();
    return URI.create(base + (base.endsWith("/v1") ? "" : "/v1") + "/chat/completions");
  }

  /** The URL as events and logs show it. */
  public String name() {
    return url.toString().replaceAll("/+$", "");
  }

  private static String withoutCredentials(URI url) {
    return url.toString().replaceAll("//[^/@]*@", "//");
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
