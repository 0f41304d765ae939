package orcaflow.stack;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether new partitions take records yet. A broker shows a topic in its metadata a moment before
 * it leads its partitions. An idempotent producer that writes in that moment can lose: its first
 * batch is refused, a later one of those in flight is taken, and from then on the first one is out
 * of order until {@code delivery.timeout.ms} is over.
 */
final class PartitionLeaders {

  private PartitionLeaders() {}

  /**
   * Waits until each partition is served by its leader, which is asked for the end of its log.
   *
   * @param partitions number of partitions of each topic
   * @throws StackException if one is not served within the admin client's {@code
   *     default.api.timeout.ms}
   */
  static void await(Admin admin, Map<String, Integer> partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(
        (topic, count) ->
            IntStream.range(0, count)
                .forEach(i -> ends.put(new TopicPartition(topic, i), OffsetSpec.latest())));
    try {
      admin.listOffsets(ends).all().get();
    } catch (ExecutionException e) {
      throw new StackException(
          "the new topics are not served by their leaders: " + e.getCause().getMessage(),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while new topics were waited for", e);
    }
  }
}
