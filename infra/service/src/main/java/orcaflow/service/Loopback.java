package orcaflow.service;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where HTTP servers may listen, and the Vert.x that they run on. */
public final class Loopback {

  private Loopback() {}

  /**
   * The address of a host that only this machine can reach.
   *
   * @param key setting that names the host, for messages
   * @param served what is served there, in the plural
   * @throws IllegalArgumentException if the host is not loopback or not known
   */
  public static InetAddress address(String key, String host, String served) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isLoopbackAddress()) {
        return address;
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("%s is '%s': no such host".formatted(key, host), e);
    }
    throw new IllegalArgumentException(
        ("%s is '%s': %s are served on loopback addresses only, because TLS and a token, which"
                + " other addresses need, are not offered here; use 127.0.0.1")
            .formatted(key, host, served));
  }

  /** One event loop, few workers, and no cache folder for class-path files that nobody serves. */
  public static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(2)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
