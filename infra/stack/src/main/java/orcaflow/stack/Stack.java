package orcaflow.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orcaflow.schemas.Cluster;
import orcaflow.service.UsualPort;

/**
 * Broker and registry in one folder: what a run needs when nobody brought a Kafka of their own.
 *
 * <pre>
 * dir/stack.lock    who has the folder
 * dir/kafka/        the broker's logs
 * dir/registry/     the registry's database, log and pid
 * </pre>
 */
public final class Stack implements AutoCloseable {

  private final FolderLock lock;
  private final Broker broker;
  private final Registry registry;

  private Stack(FolderLock lock, Broker broker, Registry registry) {
    this.lock = lock;
    this.broker = broker;
    this.registry = registry;
  }

  /**
   * Starts both at the same time on free ports; returns when both serve.
   *
   * @throws StackException if another process has the folder, or one of them does not start
   */
  public static Stack start(Path dir) {
    return start(dir, Broker::start, Registry::start);
  }

  /** The same on the ports where people look for them, or on free ones: see {@link #taken}. */
  public static Stack startOnUsualPorts(Path dir) {
    return start(dir, Broker::startOnUsualPort, Registry::startOnUsualPort);
  }

  private static Stack start(
      Path dir, Function<Path, Broker> broker, Function<Path, Registry> registryStart) {
    Path home = dir.toAbsolutePath().normalize();
    FolderLock lock = FolderLock.take(home);
    try {
      FutureTask<Registry> registry =
          new FutureTask<>(() -> registryStart.apply(home.resolve("registry")));
      new Thread(registry, "registry-start").start();
      return startBroker(() -> broker.apply(home.resolve("kafka")), lock, registry);
    } catch (RuntimeException failed) {
      lock.close();
      throw failed;
    }
  }

  /**
   * The process of this machine that runs, starts or reads what is in a folder. To be asked by
   * another process: the holder would lose its lock, as POSIX has it.
   */
  public static Optional<ProcessHandle> userOf(Path home) throws IOException {
    return FolderLock.holder(home);
  }

  private static Stack startBroker(
      Supplier<Broker> start, FolderLock lock, FutureTask<Registry> registry) {
    Broker broker;
    try {
      broker = start.get();
    } catch (RuntimeException failed) {
      closeQuietly(registry, failed);
      throw failed;
    }
    try {
      return new Stack(lock, broker, started(registry));
    } catch (RuntimeException failed) {
      broker.close();
      throw failed;
    }
  }

  private static Registry started(FutureTask<Registry> registry) {
    try {
      return registry.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StackException stack
          ? stack
          : new StackException("the schema registry did not start: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the schema registry started", e);
    }
  }

  /** The broker's failure is what the user must hear; the registry's own is added to it. */
  private static void closeQuietly(FutureTask<Registry> registry, RuntimeException failed) {
    try {
      started(registry).close();
    } catch (StackException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }

  /** The run of that name on this stack. */
  public Cluster cluster(String run) {
    return new Cluster(broker.bootstrap(), registry.url(), run);
  }

  /** A sentence for each usual port that is taken, after {@link #startOnUsualPorts}. */
  public List<String> taken() {
    return Stream.of(
            UsualPort.KAFKA.elsewhere(broker.port()), UsualPort.REGISTRY.elsewhere(registry.port()))
        .flatMap(Optional::stream)
        .toList();
  }

  public Broker broker() {
    return broker;
  }

  public Registry registry() {
    return registry;
  }

  /** Stops both; everything stays in the folder. */
  @Override
  public void close() {
    try {
      registry.close();
      broker.close();
    } finally {
      lock.close();
    }
  }
}
