package orcaflow.cli.stall;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** What the brokers say, soon or not at all. */
final class Answers {

  static final int LIMIT_MILLIS = 5_000;

  private Answers() {}

  /**
   * Waits for it.
   *
   * @throws KafkaException if the brokers refuse, or do not answer within {@link #LIMIT_MILLIS}
   */
  static <T> T of(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException refusal
          ? refusal
          : new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the brokers do not say within %d ms".formatted(LIMIT_MILLIS), e);
    }
  }
}
