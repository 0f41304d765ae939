package orcaflow.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.service.UsualPort;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka node (broker and controller in one, KRaft) inside this JVM, on a directory that outlives
 * it.
 *
 * <p>Its ports are bound before it begins; records, committed transactions and the positions of
 * groups stay. A directory left behind by {@code kill -9} is recovered at the next start. Listens
 * on 127.0.0.1 only. One directory takes one broker at a time: Kafka's own lock in it says so.
 */
public final class Broker implements AutoCloseable {

  private static final int NODE = 1;

  private final KafkaNode node;
  private final String bootstrap;

  private Broker(KafkaNode node, String bootstrap) {
    this.node = node;
    this.bootstrap = bootstrap;
  }

  /** Starts on any free port; returns when clients are served. */
  public static Broker start(Path dir) {
    return start(dir, HeldPort.any());
  }

  /** Starts on Kafka's usual port, or on a free one where that is taken. */
  static Broker startOnUsualPort(Path dir) {
    return start(dir, HeldPort.of(UsualPort.KAFKA));
  }

  /**
   * Starts on the given port of 127.0.0.1; returns when clients are served.
   *
   * @throws StackException if the directory cannot be used or the port is taken
   */
  public static Broker start(Path dir, int port) {
    return start(dir, HeldPort.asked(port));
  }

  private static Broker start(Path dir, HeldPort clients) {
    Path home = dir.toAbsolutePath().normalize();
    HeldPort controllers = HeldPort.any();
    try {
      format(home);
      return new Broker(startNode(home, clients, controllers), "127.0.0.1:" + clients.number());
    } catch (RuntimeException failed) {
      clients.close();
      controllers.close();
      throw failed;
    }
  }

  private static KafkaNode startNode(Path home, HeldPort clients, HeldPort controllers) {
    KafkaNode node =
        new KafkaNode(
            BrokerSettings.of(home, clients.number(), controllers.number()),
            Map.of(BrokerSettings.CLIENTS, clients, BrokerSettings.CONTROLLERS, controllers));
    try {
      node.startup();
      return node;
    } catch (RuntimeException failed) {
      node.shutdown();
      throw new StackException(
          "the broker did not start on %s: %s".formatted(home, failed), failed);
    }
  }

  /** host:port for clients. */
  public String bootstrap() {
    return bootstrap;
  }

  /** The port for clients. */
  int port() {
    return Integer.parseInt(bootstrap.replaceFirst(".*:", ""));
  }

  /** Flushes and stops; the directory can be started again. */
  @Override
  public void close() {
    node.shutdown();
  }

  /** Gives a new directory its identity; one that has it already stays as it is. */
  private static void format(Path dir) {
    // Kafka writes this file last, so a kill in the middle of formatting is made good here.
    if (Files.exists(dir.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(dir);
      new Formatter()
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(dir.toString()))
          .setMetadataLogDirectory(dir.toString())
          .setControllerListenerName(BrokerSettings.CONTROLLERS)
          .setIgnoreFormatted(true)
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (IOException e) {
      throw new StackException("%s cannot hold a broker's data: %s".formatted(dir, e), e);
    } catch (Exception e) {
      throw new StackException("Kafka could not format %s: %s".formatted(dir, e.getMessage()), e);
    }
  }
}
