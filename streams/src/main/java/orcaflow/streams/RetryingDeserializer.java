package orcaflow.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads again when the way to the registry failed, with waits as between stream threads. For the
 * policies: the thread that reads them is the one Kafka Streams does not replace.
 */
final class RetryingDeserializer<T> implements Deserializer<T> {

  private final Deserializer<T> inner;
  private final int most;

  /**
   * @param most tries after the first
   */
  RetryingDeserializer(Deserializer<T> inner, int most) {
    this.inner = inner;
    this.most = most;
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    Restarts restarts = new Restarts(most);
    while (true) {
      try {
        return inner.deserialize(topic, data);
      } catch (RuntimeException e) {
        Optional<Duration> wait =
            RegistryOutage.isReasonOf(e) ? restarts.after(Instant.now()) : Optional.empty();
        LockSupport.parkNanos(wait.orElseThrow(() -> e).toNanos());
      }
    }
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] data) {
    return deserialize(topic, data);
  }

  @Override
  public void close() {
    inner.close();
  }
}
