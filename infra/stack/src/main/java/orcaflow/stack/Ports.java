package orcaflow.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import orcaflow.service.UsualPort;

/**
 * Free ports of the loopback address, for a server that binds its port itself.
 *
 * <p>They are below the range from which the kernel serves outgoing connections: a port taken from
 * "bind to 0" could be given to a client of somebody else between the look and the server's bind.
 * Another server can still take it, so whoever uses one of these tries again with another.
 */
final class Ports {

  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 200;

  private Ports() {}

  /** A port that nobody listens on. */
  static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new UncheckedIOException(
        new IOException(
            "no free port on 127.0.0.1 between %d and %d after %d tries"
                .formatted(LOWEST, HIGHEST, TRIES)));
  }

  /** At the first call the usual port, if it is free; then free ones. */
  static IntSupplier usualOrFree(UsualPort usual) {
    AtomicBoolean first = new AtomicBoolean(true);
    return () ->
        first.getAndSet(false) && usual.wanted() != 0 && isFree(usual.number())
            ? usual.number()
            : free();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
