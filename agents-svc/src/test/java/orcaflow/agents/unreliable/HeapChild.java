package orcaflow.agents.unreliable;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.ref.Reference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Message;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;

/** A process that asks 16 endpoints at once and prints what that took. */
final class HeapChild {

  private static final int ENDPOINTS = 16;

  private HeapChild() {}

  /**
   * @param arguments URL of a {@link FaultyModel}, and the id of its reply
   */
  public static void main(String[] arguments) throws IOException {
    Vertx vertx = Vertx.vertx();
    long started = System.nanoTime();
    List<HttpModelClient> clients = new ArrayList<>();
    List<Future<Boolean>> asked = new ArrayList<>();
    for (int n = 0; n < ENDPOINTS; n++) {
      Endpoint endpoint =
          new Endpoint(URI.create(arguments[0]), Optional.empty(), 1, Duration.ofSeconds(20));
      HttpModelClient client = new HttpModelClient(vertx, endpoint);
      clients.add(client);
      asked.add(
          client
              .ask(request("[[%s#%d]] How many?".formatted(arguments[1], n)))
              .map(answered -> false)
              .otherwise(HeapChild::isCutOff));
    }
    Future.join(asked).toCompletionStage().toCompletableFuture().join();
    // Vert.x closes the connections of a client that the garbage collector has found unreachable.
    Reference.reachabilityFence(clients);
    System.out.printf(
        "%s: %d of %d cut off at %,d bytes in %,d ms; heap %,d MB at its peak, of %,d; %,d MB"
            + " resident%n",
        arguments[1],
        asked.stream().filter(Future::result).count(),
        ENDPOINTS,
        Endpoint.MAX_BYTES,
        (System.nanoTime() - started) / 1_000_000,
        heapPeak() >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        resident() >> 20);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static boolean isCutOff(Throwable failure) {
    boolean cutOff = failure instanceof ModelFailure.TooLong;
    if (!cutOff) {
      System.out.println("not cut off: " + failure);
    }
    return cutOff;
  }

  private static long heapPeak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  /** All memory of the process at its peak, as Linux counts it. */
  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }

  private static ModelRequest request(String question) {
    return new ModelRequest(
        "solve",
        "m",
        Optional.empty(),
        List.of(new Message("user", question)),
        new ModelRequest.Sampling(1, 0, 1, 10, 1),
        0);
  }
}
