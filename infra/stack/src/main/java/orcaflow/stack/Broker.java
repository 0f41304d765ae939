package orcaflow.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka node (broker and controller in one, KRaft) inside this JVM, on a directory that outlives
 * it.
 *
 * <p>The ports are new at every start; records, committed transactions and the positions of groups
 * stay. A directory left behind by {@code kill -9} is recovered at the next start. Listens on
 * 127.0.0.1 only. One directory takes one broker at a time: Kafka's own lock in it says so.
 */
public final class Broker implements AutoCloseable {

  private static final int NODE = 1;

  private final KafkaRaftServer server;
  private final String bootstrap;

  private Broker(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  /** Starts on a free port; returns when clients are served. */
  public static Broker start(Path dir) {
    return start(dir, Ports.free());
  }

  /**
   * Starts on the given port of 127.0.0.1; returns when clients are served.
   *
   * @throws StackException if the directory cannot be used or the port is taken
   */
  public static Broker start(Path dir, int port) {
    if (!Ports.isFree(port)) {
      throw new StackException("port %d of 127.0.0.1 is taken: choose another".formatted(port));
    }
    Path home = dir.toAbsolutePath().normalize();
    format(home);
    KafkaConfig config = new KafkaConfig(BrokerSettings.of(home, port, Ports.free()), false);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException failed) {
      server.shutdown();
      throw new StackException(
          "the broker did not start on %s: %s".formatted(home, failed), failed);
    }
    return new Broker(server, "127.0.0.1:" + port);
  }

  /** host:port for clients. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Flushes and stops; the directory can be started again. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
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
          .setControllerListenerName("CONTROLLER")
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
