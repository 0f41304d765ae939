package orcaflow.stack;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;

/**
 * Whether brokers answer, asked before anything else. Kafka's clients wait for minutes where a
 * setting is missing: a client without TLS takes the first bytes of a TLS broker for the length of
 * a message.
 */
public final class BrokerCheck {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** A client that is behind its own limit has died; most likely of too small a heap. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private BrokerCheck() {}

  /**
   * Returns when a broker has answered.
   *
   * @throws StackException in one sentence, if the settings are refused or nobody answers
   */
  public static void requireAnswer(Cluster cluster) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put("default.api.timeout.ms", Math.toIntExact(LIMIT.toMillis()));
    settings.put("request.timeout.ms", Math.toIntExact(LIMIT.toMillis()));
    String brokers = "the brokers at " + cluster.bootstrap();
    try (Admin admin = Admin.create(settings)) {
      admin
          .describeCluster(
              new DescribeClusterOptions().timeoutMs(Math.toIntExact(LIMIT.toMillis())))
          .clusterId()
          .get(LIMIT.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StackException(
          e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
              ? silence(brokers, cluster)
              : "%s refuse: %s".formatted(brokers, e.getCause().getMessage()),
          e.getCause());
    } catch (TimeoutException e) {
      throw new StackException(silence(brokers, cluster), e);
    } catch (KafkaException e) {
      throw new StackException(
          "%s cannot be asked: %s"
              .formatted(brokers, (e.getCause() == null ? e : e.getCause()).getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(brokers + " were not asked: interrupted", e);
    }
  }

  private static String silence(String brokers, Cluster cluster) {
    return "%s do not answer within %d s to security.protocol=%s: are address and client settings right?"
        .formatted(
            brokers,
            LIMIT.toSeconds(),
            cluster.kafka().getOrDefault("security.protocol", "PLAINTEXT"));
  }
}
