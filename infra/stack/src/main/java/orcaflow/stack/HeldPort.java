package orcaflow.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import orcaflow.service.UsualPort;

/**
 * A port of the loopback address that is bound here and handed to a server later, so that nobody
 * else can take it in between.
 */
final class HeldPort implements AutoCloseable {

  private static final int ANY = 0;
  private static final int BACKLOG = 50;

  private final ServerSocketChannel channel;

  private HeldPort(ServerSocketChannel channel) {
    this.channel = channel;
  }

  /** Any free port. */
  static HeldPort any() {
    try {
      return bind(ANY);
    } catch (IOException e) {
      throw new UncheckedIOException("127.0.0.1 has no free port", e);
    }
  }

  /** The usual one of a part, or any free one where it is taken. */
  static HeldPort of(UsualPort usual) {
    try {
      return bind(usual.wanted());
    } catch (BindException taken) {
      return any();
    } catch (IOException e) {
      throw new StackException(
          "port %d of 127.0.0.1: %s".formatted(usual.number(), e.getMessage()), e);
    }
  }

  /**
   * The port that somebody asks for.
   *
   * @throws StackException if it is taken
   */
  static HeldPort asked(int port) {
    try {
      return bind(port);
    } catch (BindException taken) {
      throw new StackException(
          "port %d of 127.0.0.1 is taken: choose another".formatted(port), taken);
    } catch (IOException e) {
      throw new StackException("port %d of 127.0.0.1: %s".formatted(port, e.getMessage()), e);
    }
  }

  private static HeldPort bind(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      return new HeldPort(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  int number() {
    return channel.socket().getLocalPort();
  }

  /** The listening socket, which the caller closes. */
  ServerSocketChannel take() throws IOException {
    channel.configureBlocking(false);
    return channel;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
