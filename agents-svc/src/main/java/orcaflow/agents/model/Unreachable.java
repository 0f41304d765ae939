package orcaflow.agents.model;

import java.security.cert.CertPathBuilderException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Says why an endpoint cannot be reached, and which setting of its transport is to be looked at.
 */
record Unreachable(String sentence, Remedy remedy) {

  private static final Pattern ANOTHER_NAME =
      Pattern.compile("(?i)no subject alternative|no name matching");
  private static final Pattern CLIENT_UNKNOWN =
      Pattern.compile("(?i)alert.*(certificate|handshake_failure|access_denied|unknown_ca)");

  /**
   * @param failure of a connection, with its causes
   */
  static Unreachable of(Endpoint endpoint, Throwable failure) {
    Transport transport = endpoint.transport();
    if (has(failure, CertPathBuilderException.class)) {
      return setting(
          endpoint,
          transport
              .caFile()
              .map(
                  "its certificate is not signed by an authority in transport.caFile '%s'"
                      ::formatted)
              .orElse(
                  "its certificate is not signed by an authority that the JDK knows: set"
                      + " transport.caFile"));
    }
    if (says(failure, ANOTHER_NAME)) {
      return setting(endpoint, "its certificate is for another name than that of its url");
    }
    if (has(failure, SSLException.class) && says(failure, CLIENT_UNKNOWN)) {
      return setting(
          endpoint,
          transport
              .certificateFile()
              .map("it rejects the certificate of transport.certificateFile '%s'"::formatted)
              .orElse(
                  "it wants a client certificate: set transport.certificateFile and"
                      + " certificateKeyFile"));
    }
    return new Unreachable(
        "%s cannot be reached%s: %s"
            .formatted(endpoint.name(), through(endpoint), message(failure)),
        Remedy.WAIT);
  }

  private static Unreachable setting(Endpoint endpoint, String reason) {
    return new Unreachable(
        "%s cannot be reached: %s".formatted(endpoint.name(), reason), Remedy.SETTING);
  }

  private static String through(Endpoint endpoint) {
    return endpoint.transport().proxy().map(" through transport.proxy '%s'"::formatted).orElse("");
  }

  /** A proxy's failure goes on with the headers of its reply. */
  private static String message(Throwable failure) {
    return HttpReply.excerpt(
        String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given"));
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return causes(failure).anyMatch(type::isInstance);
  }

  private static boolean says(Throwable failure, Pattern pattern) {
    return causes(failure)
        .flatMap(cause -> Optional.ofNullable(cause.getMessage()).stream())
        .anyMatch(message -> pattern.matcher(message).find());
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20);
  }
}
