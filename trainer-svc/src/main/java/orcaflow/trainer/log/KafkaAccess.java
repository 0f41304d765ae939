package orcaflow.trainer.log;

import java.util.Map;
import java.util.function.Supplier;
import orcaflow.schemas.Cluster;
import orcaflow.service.MetricsBinding;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * The way to Kafka: where the run lives, and who shows the metrics of long-lived clients.
 *
 * @param meters shows a client's metrics until the watch is closed
 */
public record KafkaAccess(Cluster cluster, Meters meters) {

  /** Shows metrics of Kafka clients. */
  @FunctionalInterface
  public interface Meters {
    MetricsBinding watch(Supplier<Map<MetricName, ? extends Metric>> metrics);
  }

  /** Shows nothing. */
  public static KafkaAccess unwatched(Cluster cluster) {
    return new KafkaAccess(cluster, metrics -> () -> {});
  }

  /** Name of the run. */
  public String run() {
    return cluster.run();
  }
}
