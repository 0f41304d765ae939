package orcaflow.schemas.log;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** What the brokers answer an admin client. */
public final class AdminAnswer {

  private AdminAnswer() {}

  /**
   * Waits for an answer.
   *
   * @throws KafkaException if there is none, with the brokers' reason as its cause
   */
  public static <T> T of(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
