package orcaflow.agents.model;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How an endpoint is reached, where that is not directly and with the JDK's certificates.
 *
 * @param proxy an HTTP or SOCKS5 proxy
 * @param caFile PEM file with the certificates to trust instead of the JDK's
 * @param certificateFile PEM file with the certificate that this client shows
 * @param certificateKeyFile PEM file (PKCS#8) with the key of that certificate
 */
public record Transport(
    Optional<URI> proxy,
    Optional<Path> caFile,
    Optional<Path> certificateFile,
    Optional<Path> certificateKeyFile) {

  public static final Transport DIRECT =
      new Transport(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Transport {
    proxy.ifPresent(Transport::checkProxy);
    caFile.ifPresent(file -> check("caFile", file, "CERTIFICATE"));
    certificateFile.ifPresent(file -> check("certificateFile", file, "CERTIFICATE"));
    certificateKeyFile.ifPresent(file -> check("certificateKeyFile", file, "PRIVATE KEY"));
    if (certificateFile.isPresent() != certificateKeyFile.isPresent()) {
      throw new IllegalArgumentException(
          "certificateFile and certificateKeyFile: give both, or neither");
    }
  }

  private static void checkProxy(URI proxy) {
    String scheme = String.valueOf(proxy.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("socks5"))
        || proxy.getHost() == null
        || proxy.getPort() < 1) {
      throw new IllegalArgumentException(
          "proxy is '%s': use http://host:port or socks5://host:port"
              .formatted(proxy.toString().replaceAll("//[^/@]*@", "//")));
    }
    if (proxy.getUserInfo() != null) {
      throw new IllegalArgumentException("proxy holds credentials: that is not supported");
    }
  }

  private static void check(String key, Path file, String content) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s is '%s': it cannot be read".formatted(key, file), e);
    }
    if (!text.contains("-----BEGIN %s-----".formatted(content))) {
      throw new IllegalArgumentException(
          "%s is '%s': it has no line -----BEGIN %s-----".formatted(key, file, content));
    }
  }

  void apply(HttpClientOptions options) {
    proxy.ifPresent(
        at ->
            options.setProxyOptions(
                new ProxyOptions()
                    .setType(at.getScheme().equals("http") ? ProxyType.HTTP : ProxyType.SOCKS5)
                    .setHost(at.getHost())
                    .setPort(at.getPort())));
    caFile.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    certificateFile.ifPresent(
        file ->
            options.setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(file.toString())
                    .addKeyPath(certificateKeyFile.orElseThrow().toString())));
  }
}
