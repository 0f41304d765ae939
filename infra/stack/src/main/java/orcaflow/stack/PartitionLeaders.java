package orcaflow.stack;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Whether new partitions take records yet. A broker shows a topic in its metadata a moment before
 * it leads its partitions. An idempotent producer that writes in that moment can lose: its first
 * batch is refused, a later one of those in flight is taken, and from then on the first one is out
 * of order until {@code delivery.timeout.ms} is over.
 */
final class PartitionLeaders {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private PartitionLeaders() {}

  /**
   * Waits until each partition is served by its leader, which is asked for the end of its log.
   *
   * @param partitions number of partitions of each topic
   * @throws StackException if one is not served within a minute
   */
  static void await(Admin admin, Map<String, Integer> partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(
        (topic, count) ->
            IntStream.range(0, count)
                .forEach(i -> ends.put(new TopicPartition(topic, i), OffsetSpec.latest())));
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Optional<Throwable> refused = refusal(admin, ends);
    while (refused.isPresent()) {
      // A broker that does not know the topic yet is a final answer to this request, no retry.
      if (!(refused.get() instanceof RetriableException) || System.nanoTime() > deadline) {
        throw new StackException(
            "the new topics are not served by their leaders: " + refused.get().getMessage(),
            refused.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      refused = refusal(admin, ends);
    }
  }

  private static Optional<Throwable> refusal(Admin admin, Map<TopicPartition, OffsetSpec> ends) {
    try {
      admin.listOffsets(ends).all().get();
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while new topics were waited for", e);
    }
  }
}
