package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of an OpenAI-compatible model server.
 *
 * @param url base URL, with or without {@code /v1} and {@code /chat/completions}; a query is kept
 * @param key API key, if the server requires one; never printed
 * @param connections maximum connections, kept alive
 * @param timeout maximum time of one request, from its start to the last byte of its answer
 * @param maxBytes maximum size of an answer, decompressed
 * @param transport how the endpoint is reached
 * @param serviceTier service tier to ask for; empty for the provider's own choice
 */
public record Endpoint(
    URI url,
    Optional<ApiKey> key,
    int connections,
    Duration timeout,
    int maxBytes,
    Transport transport,
    Optional<String> serviceTier) {

  /** What the name of a service tier looks like. */
  static final String TIER = "[a-z_-]{1,30}";

  public static final int MAX_BYTES = 1 << 20;

  private static final String CHAT_COMPLETIONS = "/chat/completions";
  private static final Pattern VERSION = Pattern.compile("v\\d+[a-z0-9]*|deployments");
  private static final Pattern KEY_NAME =
      Pattern.compile("(?i)(key|api[-_]?key|token|access[-_]?token|sig|signature|secret)");

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
    if (url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "url is '%s': leave out '#' and what follows".formatted(shown(url)));
    }
    if (holdsKey(url)) {
      throw new IllegalArgumentException(
          "url '%s' holds a key in its query: give it by keyVariable or keyFile"
              .formatted(shown(url)));
    }
    if (key.isPresent() && scheme.equals("http") && !loopback(url.getHost())) {
      throw new IllegalArgumentException(
          "url is '%s': a key travels over https only, loopback aside".formatted(shown(url)));
    }
    require(connections >= 1, "connections", connections, "1 or more");
    require(
        serviceTier.map(name -> name.matches(TIER)).orElse(true),
        "serviceTier",
        serviceTier.orElse(null),
        "a name such as flex, batch or default");
    require(maxBytes >= 1024, "maxBytes", maxBytes, "1024 or more");
  }

  /** Reached directly, with answers of up to {@link #MAX_BYTES}. */
  public Endpoint(URI url, Optional<ApiKey> key, int connections, Duration timeout) {
    this(url, key, connections, timeout, MAX_BYTES, Transport.DIRECT, Optional.empty());
  }

  /** An API key that {@code toString} hides. */
  public record ApiKey(String secret) {
    @Override
    public String toString() {
      return "(hidden)";
    }
  }

  /** The same with a timeout of no more than this. */
  public Endpoint within(Duration most) {
    return new Endpoint(
        url,
        key,
        connections,
        timeout.compareTo(most) < 0 ? timeout : most,
        maxBytes,
        transport,
        serviceTier);
  }

  Redactor redactor() {
    return new Redactor(key);
  }

  /**
   * URL of the chat completions. {@code /v1} is added where the path names no version, and the
   * query stays behind the path.
   */
  URI chatCompletions() {
    String path = path(url);
    if (!path.endsWith(CHAT_COMPLETIONS)) {
      path += (versioned(path) ? "" : "/v1") + CHAT_COMPLETIONS;
    }
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path + query);
  }

  private static boolean versioned(String path) {
    return Arrays.stream(path.split("/")).anyMatch(part -> VERSION.matcher(part).matches());
  }

  /** The URL as events and logs show it: without its query. */
  public String name() {
    return shown(url);
  }

  private static String shown(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + path(url);
  }

  private static String path(URI url) {
    return Optional.ofNullable(url.getRawPath()).orElse("").replaceAll("/+$", "");
  }

  private static boolean holdsKey(URI url) {
    return Optional.ofNullable(url.getRawQuery()).stream()
        .flatMap(query -> Arrays.stream(query.split("&")))
        .anyMatch(part -> KEY_NAME.matcher(part.split("=", 2)[0]).matches());
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
